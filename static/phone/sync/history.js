/**
 * Everything this phone knows of one place: the server's rows, and over them one's own events until the server's rows
 * speak for them. Only reads, inside the transaction it is given.
 *
 * @typedef {import('../types.js').Tx} Tx
 * @typedef {import('../types.js').Data} Data
 * @typedef {import('../types.js').Entry} Entry
 * @typedef {import('../types.js').KeptEvent} KeptEvent
 *
 * @typedef {object} Context what is the same for all places
 * @property {string | null} campaign id of the campaign that runs
 * @property {import('../types.js').Phase | null} phase
 * @property {string} today Shanghai day of the views
 * @property {string} worker_id
 * @property {import('./ranges.js').Ranges} held
 * @property {Map<number, import('../types.js').Attention>} attention by number
 *
 * @typedef {object} Known
 * @property {string} id the place, after merges
 * @property {string} grid
 * @property {Data | null} data null where neither a row nor an own event describes it
 * @property {Entry[]} entries newest last
 * @property {Map<string, Data>} commitments by the id of the event that carried them
 * @property {import('../../shared/commitments.js').Withdrawal[]} withdrawals own, still waiting
 * @property {Record<string, string>} survivor
 * @typedef {import('./shelf.js').Shelf} Shelf
 */

import { byAtAndId } from '../../shared/fold.js';
import { thaw } from './line.js';
import { contains } from './ranges.js';
import { shelfOf } from './shelf.js';

const MERGES_AT_MOST = 20;

/** @param {Record<string, any>} meta @returns {Context} */
export function contextOf({ campaign, phase, view_day, contact, identity }) {
  /** @type {import('../types.js').Attention[]} */
  const attention = contact?.attention ?? [];
  return {
    campaign: campaign ?? null,
    phase: phase ?? null,
    today: view_day ?? '',
    worker_id: identity?.worker?.id ?? '',
    held: contact?.held ?? [],
    attention: new Map(attention.flatMap((each) => (each.n === null ? [] : [[each.n, each]]))),
  };
}

/** The place that stands for `id` after the merges that this phone knows, and its row. */
async function standing(/** @type {Shelf} */ shelf, /** @type {string} */ id) {
  let place = id;
  let row = await shelf.place(place);
  for (let step = 0; row?.merged_into && step < MERGES_AT_MOST; step += 1) {
    place = row.merged_into;
    row = await shelf.place(place);
  }
  return { place, row };
}

/** The place and all that were merged into it. */
async function family(/** @type {Shelf} */ shelf, /** @type {string} */ id) {
  const members = [id];
  for (const member of members) {
    const merged = await shelf.merged(member);
    members.push(...merged.filter((key) => !members.includes(key)));
  }
  return members;
}

/**
 * @param {Tx} tx
 * @param {string} id
 * @param {Context} context
 * @param {Shelf} [shelf] where it is read from, where many places are asked for
 * @returns {Promise<Known>}
 */
export async function knownOf(tx, id, context, shelf = shelfOf(tx)) {
  const { place, row } = await standing(shelf, id);
  const members = await family(shelf, place);
  const [visits, commitments, events] = await Promise.all([
    rowsOf(shelf, 'visit', members),
    rowsOf(shelf, 'commitment', members),
    waitingOf(shelf, members),
  ]);
  const described = describe(row, events);
  return {
    id: place,
    ...described,
    entries: entriesOf(visits, events, context),
    commitments: new Map(commitments.map((each) => [each.id, each.data])),
    withdrawals: events.filter((each) => each.kind === 'commitment_withdrawal').map(withdrawalOf),
    survivor: Object.fromEntries(members.slice(1).map((member) => [member, place])),
  };
}

async function rowsOf(/** @type {Shelf} */ shelf, /** @type {string} */ kind, /** @type {string[]} */ members) {
  return (await Promise.all(members.map((member) => shelf.about(kind, member)))).flat();
}

/** Own events on these places that the server's rows do not show yet, oldest first. */
async function waitingOf(/** @type {Shelf} */ shelf, /** @type {string[]} */ members) {
  const found = (await Promise.all(members.map((member) => shelf.waiting(member)))).flat();
  const byNumber = new Map(found.filter((each) => !each.settled && each.line).map((each) => [each.n, each]));
  return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

function bodyOf(/** @type {KeptEvent} */ event) {
  return thaw(/** @type {string} */ (event.line)).body;
}

function withdrawalOf(/** @type {KeptEvent} */ event) {
  return { ...bodyOf(event), id: event.id, at: event.at };
}

/**
 * The place's row with own edits over it; a new place of one's own is pending.
 * @param {import('../types.js').KeptRow | undefined} row
 * @param {KeptEvent[]} events
 * @returns {{grid: string, data: Data | null}}
 */
function describe(row, events) {
  /** @type {Data | null} */
  let data = row?.data ?? null;
  for (const event of events) {
    const { place_id, ...fields } = bodyOf(event);
    if (event.kind === 'place_new' && !row) data = { ...fields, status: 'pending', source: 'field' };
    if (event.kind === 'place_edit' && data) {
      data = { ...data, ...fields, address: { ...data.address, ...fields.address } };
    }
  }
  return { grid: row?.grid ?? data?.grid ?? '', data };
}

/**
 * @param {import('../types.js').KeptRow[]} rows
 * @param {KeptEvent[]} events
 * @param {Context} context
 */
function entriesOf(rows, events, context) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const event of events) {
    const entry = entryOf(event, context);
    if (entry) entries.set(entry.id, entry);
  }
  for (const { id, data } of rows) {
    const place_id = String(data.place_id);
    entries.set(id, { ...data, id, at: String(data.at), place_id, entry: 'visit', void: !data.outcome });
  }
  return [...entries.values()].sort(byAtAndId);
}

/**
 * An own event as it shows in a place's history; null for kinds that do not show there.
 * @param {KeptEvent} event
 * @param {Context} context
 * @returns {Entry | null}
 */
export function entryOf(event, { held, attention, worker_id }) {
  if (!['visit', 'correction', 'place_report'].includes(event.kind)) return null;
  const body = bodyOf(event);
  const aside = attention.get(event.n);
  return {
    ...body,
    id: event.id,
    at: event.at,
    place_id: String(body.place_id ?? event.touches[0] ?? ''),
    worker_id,
    entry: event.kind === 'place_report' ? 'report' : 'visit',
    ...(event.root ? { root_id: event.root } : {}),
    ...(contains(held, event.n) ? {} : { waiting: true }),
    ...(aside ? { attention: { code: aside.code, detail: aside.detail ?? null } } : {}),
  };
}
