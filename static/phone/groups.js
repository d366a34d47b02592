/**
 * The groups of the places on this phone: their names, how many doors each has, and which are walked today.
 */

/** @typedef {import('./db.js').Store} Store */

import { inOrder } from './lists.js';

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

/**
 * The groups that have places to show, by code, without their counts: one question a group.
 * @param {Store} db
 * @returns {Promise<{code: string, name: string}[]>} code '' = no group
 */
export function plates(db) {
  return db.read(['places', 'rows'], async (tx) => {
    const index = tx.objectStore('places').index('order');
    const regions = await tx.objectStore('rows').index('kind').getAll('region');
    const likely = ['', ...regions.filter(({ data }) => data.level === 'group').map(({ id }) => id)];
    const [all, ...listed] = await Promise.all([null, ...likely].map((code) => index.count(inOrder(code))));
    const names = new Map(regions.map(({ id, data }) => [id, String(data.name ?? '')]));
    const isWhole = listed.reduce((sum, places) => sum + places, 0) === all;
    const codes = isWhole ? likely : await codesOf(tx.objectStore('places').index('group_open'));
    const counts = isWhole ? listed : await Promise.all(codes.map((code) => index.count(inOrder(code))));
    return codes
      .filter((_, i) => counts[i])
      .sort()
      .map((code) => ({ code, name: names.get(code) ?? '' }));
  });
}

/** How many places a group lists, and how many of them are still to go. */
export function tally(/** @type {Store} */ db, /** @type {string} */ code) {
  return db.read(['places'], (tx) => tallyOf(tx.objectStore('places').index('group_open'), code));
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
async function codesOf(/** @type {any} */ index) {
  const codes = [];
  let cursor = await index.openKeyCursor(null, 'nextunique');
  while (cursor) {
    codes.push(cursor.key[0]);
    cursor = await cursor.continue([cursor.key[0], 2]);
  }
  return codes;
}

/** Names of regions by code, groups among them: one question, for the plates. @returns {Promise<Map<string, string>>} */
export async function regionNames(/** @type {Store} */ db) {
  const rows = await db.read(['rows'], (tx) => tx.objectStore('rows').index('kind').getAll('region'));
  return new Map(rows.map(({ id, data }) => [id, String(data.name ?? '')]));
}

/** Codes of the groups ticked with 「今天走这片」. @returns {Promise<string[]>} */
export async function ticked(/** @type {Store} */ db) {
  return (await db.meta('ticked')) ?? [];
}

/** Ticks these groups and no others. Kept on the phone only. */
export function tick(/** @type {Store} */ db, /** @type {string[]} */ codes) {
  return db.write(['meta'], (tx) => tx.objectStore('meta').put([...new Set(codes)], 'ticked'));
}
