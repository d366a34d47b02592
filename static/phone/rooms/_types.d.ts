/** Shapes that the screens pass around. What the store gives is described in docs/phone.md. */
import type { Html } from '../../shared/html.js';
import type { Store } from '../db.js';
import type { Draft as KeptDraft, Enrolment, Hint, ListRow } from '../types.js';

export type Db = Store;
export type { Enrolment, Hint };
export type Row = ListRow;

export interface Place {
  id: string;
  kind?: string | null;
  grid?: string | null;
  group?: string | null;
  local_no?: string | null;
  address?: Record<string, string | null> | null;
  landmark?: string | null;
  contact_name?: string | null;
  nickname?: string | null;
  phone?: string | null;
  adults?: number | null;
  needs?: string[] | null;
  status?: string | null;
  do_not_return?: boolean | null;
  away?: { kind?: string | null; back_on?: string | null } | null;
}

/** A form's fields as they stand, all strings; its id is the id of the visit that it will become. */
export type Draft = KeptDraft & { strokes?: number[][] };

export interface Commitment {
  method?: string;
  signer_relation?: string | null;
  version?: string | null;
  withdrawn_at?: string | null;
  [more: string]: unknown;
}

export interface Visit {
  id: string;
  place_id: string;
  outcome: string;
  visited_at?: string | null;
  at?: string | null;
  worker_id?: string | null;
  superseded_by?: string | null;
  waiting?: boolean;
  adults_listened?: number | null;
  app?: Record<string, number> | null;
  materials?: { material: string; quantity: number }[] | null;
  commitment?: Commitment | null;
  note?: string | null;
  next_try?: { slot: string; date?: string | null } | null;
  away?: { kind?: string; back_on?: string | null } | null;
  do_not_return?: boolean | null;
  photos?: string[] | null;
  [more: string]: unknown;
}

export interface Material {
  key: string;
  name: string;
  unit?: string;
}

export interface Campaign {
  id: string;
  name: string;
  commitment?: { version: string; text: string; text_hash: string; audio?: string | null } | null;
  materials?: Material[] | null;
  parts?: Record<string, boolean> | null;
}

export interface Lock {
  name: string;
  url: string;
  back: string;
}

export interface Settings {
  sunlight: boolean;
  scale: string;
  locked: Lock | null;
}

/** What the host of `handle` may bring along; everything has a default that works in a page and in a worker. */
export interface Env {
  db?: Db;
  enrolment?: Enrolment;
  now?: () => Date;
  fetch?: typeof fetch;
  assets?: string;
  build?: string;
}

/** One question put to the phone: the request, read, and everything a screen may use to answer it. */
export interface Ask {
  method: string;
  url: URL;
  params: Record<string, string>;
  form: URLSearchParams;
  /** what the route's `ahead` read while it was looked up whose page this is; null where there is none, or something has changed */
  ahead: Promise<any> | null;
  now: Date;
  db: Db;
  enrolment: Enrolment;
  /** minutes without a touch until it locks itself; 0 where there is no lock, or it is locked */
  autolock: number;
  /** 练习: the door, the campaign and the worker are invented, and nothing is sent */
  practice: boolean;
  settings: Settings;
  assets: string;
  build: string;
  fragment: boolean;
  /** which bytes a player asks for, as its header says it */
  range: string;
  env: Env;
}

export interface Page {
  title: string;
  body: Html;
  status?: number;
  tab?: 'today' | 'list' | 'sync' | 'me';
  layout?: string;
  /** a screen for a resident's hands: keeps the phone there until 交还给我; null: nothing is left to keep */
  lock?: Lock | null;
  /** what it says in short, where a resident holds the phone and it is no screen for them */
  say?: string;
  /** stands in place of other pages: neither the truth strip nor what is said above pages */
  shut?: boolean;
  /** the address to keep, where the one asked for says something only once, or was a deed */
  here?: string;
  /** what the strip says after a deed, where that was read along */
  strip?: { held: number; waiting: number; attention: number };
}

export type Screen = (ask: Ask) => Promise<Page | Response> | Page | Response;
