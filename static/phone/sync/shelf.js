/**
 * Where what is known of places is read from: a few are asked for one by one, many from one reading of everything.
 *
 * @typedef {import('../types.js').Tx} Tx
 * @typedef {import('../types.js').KeptEvent} KeptEvent
 * @typedef {import('../types.js').KeptRow} KeptRow
 *
 * @typedef {object} Shelf
 * @property {(id: string) => MaybeLater<KeptRow | undefined>} place
 * @property {(id: string) => MaybeLater<string[]>} merged into it
 * @property {(kind: string, id: string) => MaybeLater<KeptRow[]>} about rows of a kind that lie on a place
 * @property {(id: string) => MaybeLater<KeptEvent[]>} waiting own events that touch a place; settled ones may be among them
 */

import { keyOf, waitingIn } from './rows.js';

/**
 * @template T
 * @typedef {T | Promise<T>} MaybeLater
 */

/**
 * Each thing is read when it is asked for.
 * @param {Tx} tx
 * @returns {Shelf}
 */
export function shelfOf(tx) {
  const rows = tx.objectStore('rows');
  return {
    place: (id) => rows.get(['place', id]),
    merged: async (id) => (await rows.index('merged').getAllKeys(id)).map(([, key]) => key),
    about: (kind, id) => rows.index('place').getAll([kind, id]),
    waiting: (id) => tx.objectStore('events').index('touches').getAll(id),
  };
}

/**
 * The same, and what one place is nearly always known by is asked at once: on a slow phone every turn would be felt.
 * @param {Tx} tx
 * @param {string} id
 * @returns {Shelf}
 */
export function shelfAround(tx, id) {
  const shelf = shelfOf(tx);
  const [place, merged, waiting] = [shelf.place(id), shelf.merged(id), shelf.waiting(id)];
  const about = { visit: shelf.about('visit', id), commitment: shelf.about('commitment', id) };
  // Whoever waits for the first to fail asks the others no more.
  for (const each of [place, merged, waiting, about.visit, about.commitment]) Promise.resolve(each).catch(() => {});
  return {
    place: (each) => (each === id ? place : shelf.place(each)),
    merged: (each) => (each === id ? merged : shelf.merged(each)),
    about: (kind, each) => (each === id && about[/** @type {'visit'} */ (kind)]) || shelf.about(kind, each),
    waiting: (each) => (each === id ? waiting : shelf.waiting(each)),
  };
}

/**
 * The same from one reading of everything: for many places the six questions each would cost more than all answers at once.
 * @param {Tx} tx
 * @returns {Promise<Shelf>}
 */
export async function wholeShelf(tx) {
  const rows = await allRows(tx);
  const open = /** @type {KeptEvent[]} */ (await tx.objectStore('events').index('settled').getAll(0));
  const places = rows.filter(({ kind }) => kind === 'place');
  const byId = new Map(places.map((row) => [row.id, row]));
  const merged = gathered(places.map((row) => [row.merged_into, row.id]));
  const about = gathered(rows.map((row) => [row.place_id && `${row.kind}/${row.place_id}`, row]));
  const waiting = gathered(
    open.flatMap((event) => event.touches.map((id) => /** @type {[string, KeptEvent]} */ ([id, event]))),
  );
  return {
    place: (id) => byId.get(id),
    merged: (id) => merged.get(id) ?? [],
    about: (kind, id) => about.get(`${kind}/${id}`) ?? [],
    waiting: (id) => waiting.get(id) ?? [],
  };
}

/**
 * Every row. In a first pull nearly all of them wait to be written by this very transaction: then only the others are read.
 * @param {Tx} tx
 * @returns {Promise<KeptRow[]>}
 */
async function allRows(tx) {
  const store = tx.objectStore('rows');
  const waiting = waitingIn(tx);
  if (!waiting.size) return store.getAll();
  const others = (await store.getAllKeys()).filter((key) => !waiting.has(keyOf(key)));
  const stored =
    others.length < waiting.size
      ? await Promise.all(others.map((key) => store.get(key)))
      : (await store.getAll()).filter(({ kind, id }) => !waiting.has(keyOf([kind, id])));
  return [...stored, ...waiting.values()].flatMap((row) => row ?? []);
}

/**
 * Values by their keys, in the order in which they came; what has no key is left out.
 * @template T
 * @param {[string | null | undefined, T][]} pairs
 * @returns {Map<string, T[]>}
 */
function gathered(pairs) {
  /** @type {Map<string, T[]>} */
  const found = new Map();
  for (const [key, value] of pairs) {
    if (!key) continue;
    const values = found.get(key);
    if (values) values.push(value);
    else found.set(key, [value]);
  }
  return found;
}
