/**
 * The groups of the places on this phone: their names, how many doors each has, and which are walked today.
 */

/** @typedef {import('./db.js').Store} Store */

import { once } from './db.js';

/**
 * The groups that have places on this phone, in code order; `places` counts those listed, `open` those still to go.
 * @param {Store} db
 * @returns {Promise<{code: string, name: string, grid: string, places: number, open: number}[]>} code '' = no group
 */
export function groups(db) {
  return db.read(['places', 'rows'], async (tx) => {
    const index = tx.objectStore('places').index('group_open');
    const regions = new Map(
      (await tx.objectStore('rows').index('kind').getAll('region')).map((row) => [row.id, row.data]),
    );
    const likely = ['', ...[...regions].filter(([, { level }]) => level === 'group').map(([code]) => code)];
    const [all, ...tallies] = await Promise.all([index.count(), ...likely.map((code) => tallyOf(index, code))]);
    const counted = tallies.reduce((sum, { places, out }) => sum + places + out, 0);
    const found =
      counted === all ? tallies : await Promise.all((await codesOf(index)).map((code) => tallyOf(index, code)));
    const shown = found.filter(({ places }) => places > 0).sort((one, two) => (one.code < two.code ? -1 : 1));
    return shown.map(({ code, places, open, grid }) => {
      return { code, name: regions.get(code)?.name ?? '', grid, places, open };
    });
  });
}

/** All asked at once: one question after another would be felt on a slow phone. */
export async function tallyOf(/** @type {any} */ index, /** @type {string} */ code) {
  const [done, open, out, one] = await Promise.all([
    ...[0, 1, -1].map((each) => index.count([code, each])),
    index.get(IDBKeyRange.bound([code, 0], [code, 1])),
  ]);
  return { code, places: done + open, open, out, grid: one?.grid ?? '' };
}

/** Every group that a place names, also one whose own row this phone lacks. @returns {Promise<string[]>} */
export async function codesOf(/** @type {any} */ index) {
  const codes = [];
  let cursor = await index.openKeyCursor(null, 'nextunique');
  while (cursor) {
    codes.push(cursor.key[0]);
    cursor = await cursor.continue([cursor.key[0], 2]);
  }
  return codes;
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
