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

/** What each transaction has put, by key: it need not be read again to be folded. @type {WeakMap<object, Map<string, KeptRow>>} */
const put = new WeakMap();

/** A row's key in one word. */
export function keyOf(/** @type {string[]} */ [kind, id]) {
  return `${kind}/${id}`;
}

/** The rows that this transaction has put; some of them it may have taken away again. @returns {Map<string, KeptRow>} */
export function putIn(/** @type {object} */ tx) {
  const known = put.get(tx) ?? new Map();
  put.set(tx, known);
  return known;
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
 * Stores rows and removals in the order sent. A removal takes away only a row stored under the same grid: a place that
 * moved to another grid of this phone arrives in one and leaves the other, in either order.
 * @param {Writing} tx over rows
 * @param {(Row | Removal)[]} rows
 * @returns {Promise<Set<string>>} ids of the places to fold again
 */
export async function putRows(tx, rows) {
  const store = tx.objectStore('rows');
  const keys = rows.map(({ kind, id }) => /** @type {[string, string]} */ ([kind, id]));
  const stored = await storedUnder(store, keys);
  /** What stands under a key while this answer is gone through. @type {Map<string, KeptRow | undefined>} */
  const now = new Map(keys.map((key, index) => [key.join('/'), stored[index]]));
  /** @type {Set<string>} */
  const touched = new Set();
  const writes = [];
  for (const row of rows) {
    const key = `${row.kind}/${row.id}`;
    const before = now.get(key);
    if ('removed' in row && before?.grid !== row.grid) continue;
    const after = 'removed' in row ? undefined : kept(row);
    for (const id of [...touchedBy(before), ...touchedBy(after)]) touched.add(id);
    now.set(key, after);
    if (after) putIn(tx).set(key, after);
    writes.push(after ? store.put(after) : store.delete([row.kind, row.id]));
  }
  await Promise.all(writes);
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
export async function gridsKept(/** @type {import('../types.js').Tx} */ tx) {
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
