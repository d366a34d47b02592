/**
 * The groups of the places on this phone: their names, how many doors each has, and which are walked today.
 */

/** @typedef {import('./db.js').Store} Store */

import { metaIn, once } from './db.js';

/**
 * The groups that have places on this phone, in code order; `places` counts those listed, `open` those still to go.
 * @param {Store} db
 * @returns {Promise<{code: string, name: string, grid: string, places: number, open: number}[]>} code '' = no group
 */
export function groups(db) {
  return db.read(['meta', 'places', 'rows'], async (tx) => {
    const [codes, names] = await Promise.all([listedIn(tx), namesIn(tx)]);
    const order = tx.objectStore('places').index('order');
    return Promise.all(
      codes.map(async (code) => {
        const [tally, first] = await Promise.all([tallyOf(tx, code), order.get(inOrder(code))]);
        return { code, name: names.get(code) ?? '', grid: first?.grid ?? '', ...tally };
      }),
    );
  });
}

/**
 * Doors of a group: all that lists show, and those still to go.
 * @param {import('./types.js').Tx} tx
 * @param {string} code
 * @returns {Promise<{places: number, open: number}>}
 */
export async function tallyOf(tx, code) {
  const index = tx.objectStore('places').index('group_open');
  const [done, open] = await Promise.all([index.count([code, 0]), index.count([code, 1])]);
  return { places: done + open, open };
}

/** All listed places of one group in roster order, or of all groups. */
export function inOrder(/** @type {string | null} */ group) {
  const from = group === null ? [1] : [1, group];
  return IDBKeyRange.bound(from, [...from, []]);
}

/** Codes of the groups that list a place, in order, as they were last kept. @returns {Promise<string[]>} */
export async function listedIn(/** @type {import('./types.js').Tx} */ tx) {
  return (await metaIn(tx)).listed ?? listedCodes(tx);
}

/**
 * Codes of the groups that list a place, in order; '' = no group. It takes a step for each group, so it is kept in `meta` by every
 * transaction that may change it.
 * @param {import('./types.js').Tx} tx
 */
export async function listedCodes(tx) {
  const codes = [];
  const index = /** @type {any} */ (tx.objectStore('places').index('order'));
  let cursor = await index.openKeyCursor(IDBKeyRange.bound([1], [1, []]));
  while (cursor) {
    const [, code] = cursor.key;
    codes.push(code);
    cursor = await cursor.continue([1, code, []]);
  }
  return codes;
}

/** Names of regions by code, groups among them: one question, for the plates. @returns {Promise<Map<string, string>>} */
export function regionNames(/** @type {Store} */ db) {
  return db.read(['rows'], namesIn);
}

/** @returns {Promise<Map<string, string>>} */
export async function namesIn(/** @type {import('./types.js').Tx} */ tx) {
  return namesOf(await regionsIn(tx));
}

/** The rows of all regions. @returns {Promise<import('./types.js').Row[]>} */
export function regionsIn(/** @type {import('./types.js').Tx} */ tx) {
  return once(tx, 'regions', () => tx.objectStore('rows').index('kind').getAll('region'));
}

/** @param {import('./types.js').Row[]} regions @returns {Map<string, string>} */
export function namesOf(regions) {
  return new Map(regions.map(({ id, data }) => [id, String(data.name ?? '')]));
}

/** Codes of the groups ticked with 「今天走这片」. @returns {Promise<string[]>} */
export async function ticked(/** @type {Store} */ db) {
  return (await db.meta('ticked')) ?? [];
}

/** Ticks these groups and no others. Kept on the phone only. */
export function tick(/** @type {Store} */ db, /** @type {string[]} */ codes) {
  return db.write(['meta'], (tx) => tx.objectStore('meta').put([...new Set(codes)], 'ticked'));
}
