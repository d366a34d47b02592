/** What the phone keeps and what the wire says, for the type checker; browsers never load this file. */

import type { DBSchema, IDBPTransaction } from '../vendor/idb@8.0.4/index.js';
import type { Ranges } from './sync/ranges.js';

/** Absent and null mean the same everywhere. */
export type Data = Record<string, any>;

/** One row of the wire, with what its indexes need beside it. */
/** Days of a campaign in which every door is to be gone to again. */
export interface Phase {
  id: string;
  starts: string;
  ends: string;
}

export interface Row {
  kind: string;
  id: string;
  grid?: string;
  seq: number;
  data: Data;
}
export interface KeptRow extends Row {
  shared?: 1;
  place_id?: string;
  merged_into?: string;
  day?: string;
}

/** One's own event. `line` is null once the body may go; the number and the hash stay. */
export interface KeptEvent {
  n: number;
  id: string;
  kind: string;
  at: string;
  line: string | null;
  hash: string;
  /** places whose view this event changes */
  touches: string[];
  /** 1 once the server's rows speak for it */
  settled: 0 | 1;
  /** how often it was frozen again under a new enrolment */
  carried: number;
  /** the server's time when it was first seen as held */
  held_since: string | null;
  /** of a correction: the first visit of its family */
  root?: string;
  /** the line for the server alone, where this store has a PIN */
  box?: Box;
}

/** A text that only the server opens, and whoever holds this phone's keys. */
export interface Box {
  /** which of the server's keys */
  kid: string;
  /** this phone's part of the agreement, base64 */
  epk: string;
  /** under which the server seals its receipt, hex; it does not travel beside the box */
  receipt: string;
  box: string;
}

/** A record's box in a store whose keys are gone. */
export interface BoxAside extends Box {
  /** its number under the enrolment that wrote it; 0 where only a copy of the box is left */
  n: number;
  id: string;
  at: string;
  /** as the record's; none where only a copy of the box is left */
  touches: string[];
  /** since when the server has it, in which of its lives, and the day on which it last said so */
  held?: { since: string; epoch: string; asked: string };
}

/** What a PIN protects the keys with, and how often it was mistaken. Readable: without the PIN it opens nothing. */
export interface Vault {
  /** sealed: unlock with the PIN; gone: the keys were destroyed, only boxes are left */
  state: 'sealed' | 'gone';
  salt: string;
  rounds: number;
  /** the keys under the PIN; absent once destroyed */
  wrapped?: string;
  to: Omit<Box, 'box'>;
  /** an empty box: a locked phone asks with it whether it was switched off */
  knock: string;
  /** wrong PINs in a row, and the phone's time of the last, in milliseconds */
  wrong: number;
  tried_at: number;
  /** minutes without a touch until it locks itself */
  minutes: number;
  /** whether every record of before is sealed too */
  whole: boolean;
  /** last contact and the highest time ever seen, both by this phone's clock, in milliseconds */
  contact: number;
  highest: number;
}

/** Which public key of the server boxes are for. */
export interface SealKey {
  kid: string;
  key: string;
}

export interface Draft {
  id: string;
  place_id: string;
  form: Record<string, string>;
  strokes?: unknown;
  updated_at: string;
}

/** A place as lists need it: the row, one's own waiting events and the fold, kept in step by every transaction. */
export interface PlaceView {
  id: string;
  grid: string;
  group: string;
  row_order: number;
  data: Data;
  tokens: string[];
  state: string;
  /** 1 in the lists, 0 merged away or wrong */
  listed: 0 | 1;
  /** 1 still to go, 0 done or away, -1 not listed */
  open: -1 | 0 | 1;
  last: { id: string; outcome: string; visited_at: string } | null;
  next_try: { slot: string | null; date: string | null } | null;
  hint: Hint | null;
  do_not_return: boolean;
  /** 1 where somebody was promised a return */
  promise?: 1;
  /** the day on which a place that is away may be open again */
  back_on?: string;
}

export type Hint =
  | { kind: 'do_not_return' }
  | { kind: 'next_try'; slot: string | null; date: string | null }
  | { kind: 'evening' }
  | { kind: 'back_on'; date: string };

export interface ListRow {
  place: Data & { id: string };
  state: string;
  last: { outcome: string; visited_at: string } | null;
  hint: Hint | null;
  draft: boolean;
  promised: { slot: string | null; date: string | null } | null;
}

export interface Identity {
  device_id: string;
  token: string;
  worker: Worker;
}
export interface Worker {
  id: string;
  name: string;
  username: string;
  grids: string[];
}
export interface Enrolment extends Identity {
  /** name of its database */
  store: string;
  /** signed out: the token only pushes what waits, and another sign-in is needed */
  left?: boolean;
  active: boolean;
}

export interface Attention {
  n: number | null;
  code: string;
  detail?: string | null;
  line?: number;
}
export interface Cursor {
  epoch: string;
  grids: Record<string, number>;
  shared: number;
}
export interface Head {
  server_time: string;
  epoch: string;
  held: Ranges;
  tip: { n: number; hash: string } | null;
  covered: Ranges;
  attention: Attention[];
  blobs_wanted: string[];
  scope: string[];
  forget: string[];
  fresh?: string[];
  revoked?: boolean;
  wipe?: boolean;
  seal_key?: SealKey;
}
export interface Removal {
  kind: string;
  id: string;
  grid: string;
  seq: number;
  removed: true;
}
export interface Answer {
  head: Head;
  rows: (Row | Removal)[];
  tail: { cursor: Cursor | null; more: boolean };
}

/** One thing in a place's history. */
export interface Entry extends Data {
  id: string;
  at: string;
  place_id: string;
  /** visit, or report for a place_report of one's own that waits */
  entry: 'visit' | 'report';
  /** own and not held yet */
  waiting?: true;
  /** own and set aside by the server */
  attention?: { code: string; detail: string | null };
}

/** What the last sealed answer said about this enrolment. */
export interface Contact {
  at: string;
  server_time: string;
  /** which life of the server said so; none in what was written down before phones kept it */
  epoch?: string;
  held: Ranges;
  covered: Ranges;
  attention: Attention[];
  blobs_wanted: string[];
  scope: string[];
}

/** A pull that replaces what is stored, until it is whole. */
export interface Staging {
  epoch: string;
  grids: string[];
  cursor: Cursor;
}

/** The browser emptied this store: ids of what is gone for good, and of what its second copy gave back. */
export interface Loss {
  at: string;
  lost: string[];
  recovered: string[];
  isRead: boolean;
}

export interface Meta {
  identity: Identity;
  counter: { n: number; hash: string };
  contact: Contact;
  cursor: Cursor;
  staging: Staging;
  /** keys of the shared rows seen since the scope changed, while they are being sent whole */
  shared_seen: string[];
  pace: { events: number; limit: number };
  ticked: string[];
  /** codes of the groups that list a place, in order */
  listed: string[];
  campaign: string | null;
  /** the phase of the view's day that counts for itself */
  phase: Phase | null;
  view_day: string;
  loss: Loss;
  /** when what waits was last stored as a file */
  filed_at: string;
  /** the running campaign that was chosen on this phone */
  chosen: string;
  /** numbers without a body here that the server may not hold: erased, or let go in their time before an older copy was put back */
  gone: number[];
  revoked: boolean;
  /** the worker has signed out: no answer's rows are taken until somebody signs in again */
  left: boolean;
  /** hashes of photos that nothing named at the last sweep; they go at the next, unless something names them by then */
  unnamed: string[];
  /** hashes of the recordings kept to be played */
  sounds: string[];
  /** when fetching one last failed, in milliseconds */
  sounds_tried: number;
  vault: Vault;
  seal_key: SealKey;
  /** the office wants a PIN, said on enrolment before anything was pulled */
  pin_wanted: boolean;
  boxes: BoxAside[];
  /** ids of boxes let go whose second copy may still lie here */
  let_go: string[];
  /** who signed in while the store was locked; taken up when it is opened */
  joining: Identity;
}

export interface Schema extends DBSchema {
  meta: { key: string; value: any };
  events: { key: number; value: KeptEvent; indexes: { id: string; touches: string; settled: number } };
  drafts: { key: string; value: Draft; indexes: { id: string } };
  rows: {
    key: [string, string];
    value: KeptRow;
    indexes: { kind: string; grid: string; place: [string, string]; day: string; merged: string; shared: number };
  };
  places: {
    key: string;
    value: PlaceView;
    indexes: {
      order: [number, string, number, string];
      group_open: [string, number];
      tokens: string;
      promise: number;
      back_on: string;
    };
  };
  put_off: { key: string; value: { place_id: string; day: string; at: string } };
  staged: { key: number; value: Row | Removal };
  blobs: { key: string; value: { hash: string; bytes: Uint8Array<ArrayBuffer> } };
}

export type StoreName = 'meta' | 'events' | 'drafts' | 'rows' | 'places' | 'put_off' | 'staged' | 'blobs';
/** Either mode: for code that only reads, inside whatever transaction it is given. */
export type Tx = IDBPTransaction<Schema, StoreName[], IDBTransactionMode>;
export type Reading = IDBPTransaction<Schema, StoreName[], 'readonly'>;
export type Writing = IDBPTransaction<Schema, StoreName[], 'readwrite'>;
