/**
 * The local view: one record a place, folded again inside the very transaction that changed what it is folded from.
 *
 * @typedef {import('../types.js').Data} Data
 * @typedef {import('../types.js').Entry} Entry
 * @typedef {import('../types.js').PlaceView} PlaceView
 * @typedef {import('./history.js').Known} Known
 * @typedef {import('./history.js').Context} Context
 */

import { compareInstants, dayOf, hourOf } from '../../shared/dates.js';
import { byAtAndId, fold, NOBODY } from '../../shared/fold.js';
import { named } from '../db.js';
import { listedCodes } from '../groups.js';
import { tokens } from '../search.js';
import { contextOf, knownOf } from './history.js';
import { waitingIn, writeRows } from './rows.js';
import { shelfAround, wholeShelf } from './shelf.js';

/** How long a transaction may take that folds as many places as a phone can hold. */
export const FOLDING_MS = 120_000;
const LAST_ROW = 1_000_000_000;
const NOON = 12;
/** Places read at the same time: enough to keep the database busy, few enough for a small phone's memory. */
const AT_ONCE = 100;
/** So many times as many wait to be written: the database is never without work, while the next are folded. */
const AHEAD = 4;
/** From so many places on, everything is read once. */
const MANY = 200;

/**
 * Renews the views of places.
 * @param {import('../types.js').Writing} tx over meta, rows, events and places
 * @param {Iterable<string>} ids merged ones are followed to the place that stands for them
 * @param {Record<string, any>} [meta] where it was read already; then nothing but visits has changed, and no group lists another place
 */
export async function refold(tx, ids, meta = undefined) {
  const reading = /** @type {import('../types.js').Tx} */ (/** @type {unknown} */ (tx));
  const context = Promise.resolve(meta ?? named(tx.objectStore('meta'))).then(contextOf);
  const all = [...new Set(ids)];
  const shelf = all.length > MANY ? await wholeShelf(reading) : undefined;
  if (!shelf) await writeRows(tx);
  const share = Math.ceil((waitingIn(tx).size * AT_ONCE) / all.length);
  /** @type {Promise<unknown>[]} */
  const underWay = [];
  for (let start = 0; start < all.length; start += AT_ONCE) {
    const batch = all.slice(start, start + AT_ONCE);
    const part = Promise.all([writeRows(tx, share), ...batch.map((id) => renew(tx, reading, id, { context, shelf }))]);
    part.catch(() => {}); // it is waited for below, unless one before it fails
    underWay.push(part);
    if (underWay.length > AHEAD) await underWay.shift();
  }
  await Promise.all(underWay);
  if (!meta) await tx.objectStore('meta').put(await listedCodes(reading), 'listed');
}

async function renew(
  /** @type {import('../types.js').Writing} */ tx,
  /** @type {import('../types.js').Tx} */ reading,
  /** @type {string} */ id,
  /** @type {{context: Promise<Context>, shelf: import('./shelf.js').Shelf | undefined}} */ asked,
) {
  const places = tx.objectStore('places');
  const shelf = asked.shelf ?? shelfAround(reading, id);
  const context = await asked.context;
  const known = await knownOf(reading, id, context, shelf);
  if (known.id !== id) await places.delete(id);
  if (known.data) await places.put(viewOf(known.id, known.grid, known.data, known, context));
  else await places.delete(known.id);
}

/**
 * What the place's visits come to in the running campaign, and which of them count.
 * @param {Known} known
 * @param {string | null} campaign
 * @returns {{folded: import('../../shared/fold.js').Folded | null, effective: Data[], superseded_by: Record<string, string>}}
 *   effective by (at, id), each with its commitment
 */
export function foldKnown(known, campaign) {
  const { entries, commitments, withdrawals, survivor, id } = known;
  const present = new Set(entries.map((entry) => entry.id));
  const counted = entries.filter((entry) => isCounted(entry, campaign, present));
  const visits = counted.map((entry) => ({
    ...entry,
    place: entry.place_id,
    root: entry.root_id ?? entry.supersedes ?? entry.id,
    commitment: commitments.get(entry.id) ?? entry.commitment,
  }));
  const recorded = [...commitments].flatMap(([commitment_id, data]) =>
    data.withdrawn_at ? [{ id: '', commitment_id, at: String(data.withdrawn_at) }] : [],
  );
  const folds = fold({ visits, withdrawals: [...withdrawals, ...recorded], survivor });
  const superseded_by = Object.assign({}, ...Object.values(folds).map((each) => each.superseded_by));
  const byId = new Map(visits.map((visit) => [visit.id, visit]));
  const effective = (folds[id]?.effective ?? []).flatMap((key) => byId.get(key) ?? []);
  return { folded: folds[id] ?? null, effective, superseded_by };
}

/** What counts now: the phase by itself where there is one, else the campaign; all visits of the campaign beside it. */
function foldNow(
  /** @type {Known} */ known,
  /** @type {string | null} */ campaign,
  /** @type {import('../types.js').Phase | null} */ phase,
) {
  const { folded, effective } = foldKnown(known, campaign);
  return { folded: phase ? foldPhase(effective, known, phase) : folded, effective };
}

/**
 * What the place's visits come to in a phase that counts for itself: those of its own days alone.
 * @param {Data[]} effective
 * @param {Known} known
 * @param {import('../types.js').Phase} phase
 */
function foldPhase(effective, { withdrawals, survivor, id }, { starts, ends }) {
  const visits = effective.flatMap((visit) => {
    const day = dayOf(String(visit.visited_at ?? visit.at));
    return starts <= day && day <= ends
      ? [{ ...visit, id: String(visit.id), at: String(visit.at), root: visit.id }]
      : [];
  });
  return fold({ visits, withdrawals, survivor })[id] ?? null;
}

/** Set aside by the server, of another campaign, or superseded by something this phone does not hold: not counted. */
function isCounted(
  /** @type {Entry} */ entry,
  /** @type {string | null} */ campaign,
  /** @type {Set<string>} */ present,
) {
  if (entry.entry !== 'visit' || entry.attention) return false;
  if (campaign && entry.campaign_id && entry.campaign_id !== campaign) return false;
  return !entry.superseded_by || present.has(entry.superseded_by);
}

/**
 * Whether a visit says 不用再来 after the household itself last lifted that in the office.
 * @param {Data[]} effective
 * @param {string | null | undefined} lifted
 */
function saidSince(effective, lifted) {
  return effective.some((visit) => visit.do_not_return === true && (!lifted || compareInstants(visit.at, lifted) > 0));
}

/**
 * @param {string} id
 * @param {string} grid
 * @param {Data} data
 * @param {Known} known
 * @param {Context} context
 * @returns {PlaceView}
 */
function viewOf(id, grid, data, known, { campaign, phase, today }) {
  const { folded, effective } = foldNow(known, campaign, phase);
  const { open, back_on } = openness(data, Boolean(folded?.closed), today);
  const visit = lastOf(effective);
  const last = visit && { id: visit.id, outcome: visit.outcome ?? '', visited_at: visit.visited_at ?? visit.at };
  const next_try = open === 1 ? nextTry(visit) : null;
  const do_not_return = Boolean(data.do_not_return) || saidSince(effective, data.reopened_at);
  const promise = next_try && !do_not_return && (last?.outcome === 'met_later' || next_try.date);
  return {
    id,
    grid,
    group: data.group ?? '',
    row_order: Number.isFinite(data.row_order) ? data.row_order : LAST_ROW,
    data,
    tokens: open < 0 ? [] : tokens(data),
    state: folded?.state ?? 'not_visited',
    listed: open < 0 ? 0 : 1,
    open,
    last,
    next_try,
    hint: do_not_return ? { kind: 'do_not_return' } : hintOf({ open, next_try, effective, back_on }),
    do_not_return,
    ...(promise ? { promise: 1 } : {}),
    ...(back_on ? { back_on } : {}),
  };
}

/**
 * Whether a place is still to go. One that is away is open again from the day on which it is expected back.
 * @param {Data} data
 * @param {boolean} closed
 * @param {string} today
 * @returns {{open: PlaceView['open'], back_on: string | null}}
 */
function openness({ status, away }, closed, today) {
  if (status === 'wrong' || status === 'merged') return { open: -1, back_on: null };
  const back_on = status === 'away' ? (away?.back_on ?? null) : null;
  const absent = status === 'away' && !(back_on && back_on <= today);
  return { open: closed || absent ? 0 : 1, back_on };
}

/** The visit made last, by when it was made rather than when it was written up. */
function lastOf(/** @type {Data[]} */ effective) {
  const made = effective.map((visit) => ({ visit, id: String(visit.id), at: String(visit.visited_at ?? visit.at) }));
  return made.sort(byAtAndId).pop()?.visit ?? null;
}

/** @returns {PlaceView['next_try']} */
function nextTry(/** @type {Data | null} */ visit) {
  const { slot = null, date = null } = visit?.next_try ?? {};
  return slot || date ? { slot, date } : null;
}

/**
 * @param {{open: PlaceView['open'], next_try: PlaceView['next_try'], effective: Data[], back_on: string | null}} known
 * @returns {import('../types.js').Hint | null}
 */
function hintOf({ open, next_try, effective, back_on }) {
  if (open !== 1) return back_on ? { kind: 'back_on', date: back_on } : null;
  if (next_try) return { kind: 'next_try', ...next_try };
  const said = lastOf(effective);
  if (said?.outcome === 'away_reported' && said.away?.back_on) return { kind: 'back_on', date: said.away.back_on };
  const tries = effective.filter((visit) => NOBODY.has(visit.outcome ?? ''));
  const mornings = tries.filter((visit) => hourOf(visit.visited_at ?? visit.at) < NOON);
  return mornings.length >= 2 && mornings.length === tries.length ? { kind: 'evening' } : null;
}
