/**
 * The server's rows as they are kept: exactly what the wire said, with what the indexes need beside it.
 *
 * @typedef {import('../types.js').Row} Row
 * @typedef {import('../types.js').Removal} Removal
 * @typedef {import('../types.js').KeptRow} KeptRow
 * @typedef {import('../types.js').Writing} Writing
 */

import { dayOf } from '../../shared/dates.js';

const MANY = 200;

/**
 * What each transaction has still to write: rows by key, undefined where one goes. A database answers in order: whatever is asked
 * behind eight thousand rows waits for all of them, so they are written when all that folding asks has been answered.
 * @type {WeakMap<object, Map<string, KeptRow | undefined>>}
 */
const waiting = new WeakMap();

/** A row's key in one word. */
export function keyOf(/** @type {string[]} */ [kind, id]) {
  return `${kind}/${id}`;
}

/** What this transaction has still to write, by key; undefined for a row that goes. @returns {Map<string, KeptRow | undefined>} */
export function waitingIn(/** @type {object} */ tx) {
  return waiting.get(tx) ?? new Map();
}

/** Writes what waits, or so much of it. What is asked from now on sees it. @param {Writing} tx */
export async function writeRows(tx, atMost = Number.POSITIVE_INFINITY) {
  const store = tx.objectStore('rows');
  const waits = waitingIn(tx);
  const writes = [];
  for (const [key, row] of waits) {
    if (writes.length >= atMost) break;
    writes.push(row ? store.put(row) : store.delete(partsOf(key)));
    waits.delete(key);
  }
  await Promise.all(writes);
}

/** @returns {[string, string]} */
function partsOf(/** @type {string} */ key) {
  const at = key.indexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
}

/** Whether a row is there. @param {Writing} tx @param {[string, string]} key */
export async function hasRow(tx, key) {
  const waits = waitingIn(tx);
  if (waits.has(keyOf(key))) return waits.get(keyOf(key)) !== undefined;
  return (await tx.objectStore('rows').getKey(key)) !== undefined;
}

/** @returns {KeptRow} */
function kept(/** @type {Row} */ { kind, id, grid, seq, data }) {
  const day = kind === 'visit' ? dayOf(data.visited_at ?? data.at ?? '') : '';
  return {
    kind,
    id,
    seq,
    data,
    ...(grid ? { grid } : { shared: 1 }),
    ...(data.place_id ? { place_id: data.place_id } : {}),
    ...(kind === 'place' && data.merged_into ? { merged_into: data.merged_into } : {}),
    ...(day ? { day } : {}),
  };
}

/** The places whose view a row changes. */
function touchedBy(/** @type {KeptRow | undefined} */ row) {
  if (!row) return [];
  if (row.kind === 'place') return [row.id, row.merged_into].flatMap((id) => id ?? []);
  return row.place_id ? [row.place_id] : [];
}

/**
 * Takes rows and removals in, in the order sent. A removal takes away only a row stored under the same grid: a place that
 * moved to another grid of this phone arrives in one and leaves the other, in either order. Of many, those that lie under a grid
 * wait for `writeRows`, which `refold` calls.
 * @param {Writing} tx over rows
 * @param {(Row | Removal)[]} rows
 * @returns {Promise<Set<string>>} ids of the places to fold again
 */
export async function putRows(tx, rows) {
  await writeRows(tx);
  const store = tx.objectStore('rows');
  const keys = rows.map(({ kind, id }) => /** @type {[string, string]} */ ([kind, id]));
  const stored = await storedUnder(store, keys);
  /** What stands under a key while this answer is gone through. @type {Map<string, KeptRow | undefined>} */
  const now = new Map(keys.map((key, index) => [keyOf(key), stored[index]]));
  /** @type {Set<string>} */
  const touched = new Set();
  /** @type {Map<string, KeptRow | undefined>} */
  const changed = new Map();
  for (const row of rows) {
    const key = keyOf([row.kind, row.id]);
    const before = now.get(key);
    if ('removed' in row && before?.grid !== row.grid) continue;
    const after = 'removed' in row ? undefined : kept(row);
    for (const id of [...touchedBy(before), ...touchedBy(after)]) touched.add(id);
    now.set(key, after);
    changed.set(key, after);
  }
  // Shared rows are few, and asked for by their kind before anything is folded.
  const isForNow = (/** @type {KeptRow | undefined} */ row) => changed.size <= MANY || row?.shared === 1;
  waiting.set(tx, new Map([...changed].filter(([, row]) => isForNow(row))));
  await writeRows(tx);
  waiting.set(tx, new Map([...changed].filter(([, row]) => !isForNow(row))));
  return touched;
}

/**
 * What stands under these keys. In a first pull they are many and nearly all new: then all keys are read once, and only the rows
 * that are there are asked for.
 * @param {any} store
 * @param {[string, string][]} keys
 * @returns {Promise<(KeptRow | undefined)[]>}
 */
async function storedUnder(store, keys) {
  if (keys.length <= MANY) return Promise.all(keys.map((key) => store.get(key)));
  const there = new Set((await store.getAllKeys()).map((/** @type {string[]} */ key) => key.join('/')));
  return Promise.all(keys.map((key) => (there.has(key.join('/')) ? store.get(key) : undefined)));
}

/**
 * Takes away every row of some grids.
 * @param {Writing} tx over rows
 * @param {Iterable<string>} grids
 * @returns {Promise<Set<string>>} ids of the places to fold again
 */
export async function dropGrids(tx, grids) {
  await writeRows(tx);
  /** @type {Set<string>} */
  const touched = new Set();
  for (const grid of grids) {
    let cursor = await tx.objectStore('rows').index('grid').openCursor(grid);
    while (cursor) {
      for (const id of touchedBy(cursor.value)) touched.add(id);
      await cursor.delete();
      cursor = await cursor.continue();
    }
  }
  return touched;
}

/** The grids that stored rows lie under. @returns {Promise<string[]>} */
export async function gridsKept(/** @type {Writing} */ tx) {
  await writeRows(tx);
  const found = [];
  let cursor = await tx.objectStore('rows').index('grid').openKeyCursor(null, 'nextunique');
  while (cursor) {
    found.push(cursor.key);
    cursor = await cursor.continue();
  }
  return found;
}

/**
 * Takes away every shared row that is not among these keys.
 * @param {Writing} tx over rows
 * @param {Set<string>} keys kind and id, joined by a slash
 */
export async function keepShared(tx, keys) {
  for (const [kind, id] of await tx.objectStore('rows').index('shared').getAllKeys(1)) {
    if (!keys.has(`${kind}/${id}`)) await tx.objectStore('rows').delete([kind, id]);
  }
}

/**
 * Takes away what was erased, whatever kind it was.
 * @param {Writing} tx over rows
 * @param {string[]} ids
 * @returns {Promise<Set<string>>} ids of the places to fold again
 */
export async function forgetRows(tx, ids) {
  if (ids.length) await writeRows(tx);
  /** @type {Set<string>} */
  const touched = new Set();
  for (const id of ids) {
    for (const kind of ['place', 'visit', 'commitment', 'ask']) {
      for (const each of touchedBy(await tx.objectStore('rows').get([kind, id]))) touched.add(each);
      await tx.objectStore('rows').delete([kind, id]);
    }
  }
  return touched;
}
