/**
 * The phone's numbered, chained lines. The counter, the previous hash and the line share the caller's transaction.
 *
 * @typedef {import('../types.js').Writing} Writing
 * @typedef {import('../types.js').KeptEvent} KeptEvent
 * @typedef {Pick<KeptEvent, 'id' | 'kind' | 'at' | 'touches' | 'carried' | 'root'> & {body: Record<string, any>}} Fresh
 */

import { FIRST_PREV, freeze } from './line.js';
import { contains, gaps } from './ranges.js';

/**
 * Writes an event under the next number.
 * @param {Writing} tx over meta and events
 * @param {Fresh} event
 * @param {import('../types.js').Meta['counter']} [known] what stands before it, where that was read already
 * @returns {Promise<KeptEvent & {line: string}>}
 */
export async function append(tx, { body, ...event }, known = undefined) {
  const counter = known ?? counterIn({ counter: await tx.objectStore('meta').get('counter') });
  const n = counter.n + 1;
  const { line, hash } = freeze({ n, id: event.id, kind: event.kind, at: event.at, prev: counter.hash, body });
  /** @type {KeptEvent & {line: string}} */
  const kept = { ...event, n, line, hash, settled: 0, held_since: null };
  const added = tx.objectStore('events').add(kept);
  added.catch(() => {}); // it is waited for below, unless the other fails at once
  await Promise.all([tx.objectStore('meta').put({ n, hash }, 'counter'), added]);
  return kept;
}

/** Writes events under the next numbers, in their order. */
export async function appendAll(/** @type {Writing} */ tx, /** @type {Fresh[]} */ events) {
  /** @type {import('../types.js').Meta['counter'] | undefined} */
  let last;
  for (const event of events) last = await append(tx, event, last);
}

/** The last number and its hash. @param {Record<string, any>} meta @returns {import('../types.js').Meta['counter']} */
export function counterIn(meta) {
  return meta.counter ?? { n: 0, hash: FIRST_PREV };
}

/**
 * Events that exist only on this phone, by number: the server's last sealed list does not name them.
 * @param {import('../types.js').Tx} tx over meta and events
 * @param {number} [most] at most so many
 * @returns {Promise<(KeptEvent & {line: string})[]>}
 */
export async function waiting(tx, most = Number.POSITIVE_INFINITY) {
  const meta = tx.objectStore('meta');
  const [counter, contact] = await Promise.all([meta.get('counter'), meta.get('contact')]);
  /** @type {(KeptEvent & {line: string})[]} */
  const found = [];
  for (const [first, last] of gaps(contact?.held ?? [], counter?.n ?? 0)) {
    if (found.length >= most) break;
    const count = Number.isFinite(most) ? most - found.length : undefined;
    const events = await tx.objectStore('events').getAll(IDBKeyRange.bound(first, last), count);
    found.push(...events.flatMap((event) => (event.line === null ? [] : [{ ...event, line: event.line }])));
  }
  return found;
}

/** Whether the server's last sealed list names a number. */
export function isHeld(/** @type {import('../types.js').Contact | undefined} */ contact, /** @type {number} */ n) {
  return contains(contact?.held ?? [], n);
}
