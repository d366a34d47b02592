/**
 * One's own activities and postings, from this phone's own events: the server sends no rows of them. A body is kept for 14 days at
 * least, and nothing is told of later than seven.
 *
 * @typedef {import('./types.js').Data} Data
 * @typedef {import('./types.js').KeptEvent} KeptEvent
 * @typedef {import('./types.js').Tx} Tx
 * @typedef {{id: string, kind: string, body: Data, at: string, held: boolean, attention: boolean}} Told
 */

import { dayOf, instant } from '../shared/dates.js';
import { byAtAndId } from '../shared/fold.js';
import { metaIn } from './db.js';
import { contextOf } from './sync/history.js';
import { counterIn } from './sync/journal.js';
import { thaw } from './sync/line.js';
import { contains } from './sync/ranges.js';

/** Events that are read at once, from the newest back. */
const PART = 50;
const KINDS = ['activity', 'posting'];

/**
 * What was held or put up on a day and stands, the last one first.
 * @param {import('./db.js').Store} db
 * @param {string} day
 * @returns {Promise<Told[]>}
 */
export function told(db, day) {
  return db.read(['events', 'meta'], async (tx) => {
    const meta = await metaIn(tx);
    const families = familiesOf(await eventsSince(tx, meta, instant(`${day}T00:00:00+08:00`)));
    const standing = [...families.values()].map(standingOf).filter((each) => KINDS.includes(each.kind) && each.line);
    const shown = standing.map((event) => toldBy(event, meta)).filter((each) => dayOf(doneAt(each)) === day);
    return shown.sort((a, b) => byAtAndId({ ...a, at: doneAt(a) }, { ...b, at: doneAt(b) })).reverse();
  });
}

/**
 * One of them; `stands` is false where it was corrected or taken back since. Null where this phone holds no such thing any more.
 * @param {import('./db.js').Store} db
 * @param {string} id
 * @returns {Promise<(Told & {stands: boolean}) | null>}
 */
export function toldOne(db, id) {
  return db.read(['events', 'meta'], async (tx) => {
    const event = await tx.objectStore('events').index('id').get(id);
    if (!event?.line || !KINDS.includes(event.kind)) return null;
    const meta = await metaIn(tx);
    const families = familiesOf(await eventsSince(tx, meta, instant(event.at)));
    const family = families.get(event.root ?? event.id) ?? [event];
    return { ...toldBy(event, meta), stands: standingOf(family).id === id };
  });
}

/** When it was held or put up. @param {Told} told */
export function doneAt({ body, at }) {
  return String(body.done_at ?? at);
}

/**
 * What was told, corrected or taken back since an instant.
 * @param {Tx} tx
 * @param {Record<string, any>} meta
 * @param {number} since
 * @returns {Promise<KeptEvent[]>}
 */
async function eventsSince(tx, meta, since) {
  /** @type {KeptEvent[]} */
  const found = [];
  for (let last = counterIn(meta).n; last > 0; last -= PART) {
    const part = await tx.objectStore('events').getAll(IDBKeyRange.bound(Math.max(1, last - PART + 1), last));
    found.push(...part.filter(({ kind, root }) => KINDS.includes(kind) || (kind === 'correction' && root)));
    if (part[0] && instant(part[0].at) < since) break;
  }
  return found;
}

/** By their first one; those of visits are among them, and are not asked for. @param {KeptEvent[]} events */
function familiesOf(events) {
  /** @type {Map<string, KeptEvent[]>} */
  const families = new Map();
  for (const event of events) {
    const root = event.root ?? event.id;
    families.set(root, [...(families.get(root) ?? []), event]);
  }
  return families;
}

/** The member that stands: of several the greatest (at, id). @param {KeptEvent[]} family @returns {KeptEvent} */
function standingOf(family) {
  return /** @type {KeptEvent} */ ([...family].sort(byAtAndId).pop());
}

/** @param {KeptEvent} event @param {Record<string, any>} meta @returns {Told} */
function toldBy({ id, kind, at, n, line }, meta) {
  const { held, attention } = contextOf(meta);
  const { body } = thaw(/** @type {string} */ (line));
  return { id, kind, body, at, held: contains(held, n), attention: attention.has(n) };
}
