/** One page of the roster as 户表 shows it, read in two turns: on a slow phone each would be felt. */

/** @typedef {import('./db.js').Store} Store */
/** @typedef {import('./types.js').Tx} Tx */
/** @typedef {import('./types.js').ListRow} ListRow */

import { codesOf, namesOf, tallyOf } from './groups.js';
import { inOrder, LISTS, page } from './lists.js';

/**
 * @typedef {object} Roster
 * @property {{code: string, name: string}[]} groups those that have places to show, in code order; code '' = no group
 * @property {{code: string, name: string, places: number, open: number} | null} chosen null where this phone holds no roster
 * @property {ListRow[]} rows of the group that was chosen, in order
 * @property {boolean} more whether there are further ones
 *
 * @param {Store} db
 * @param {{group: string | null, after: string | null, limit: number}} asked group: null = the first ticked, else the first of all;
 *   after: id of the last place shown
 * @returns {Promise<Roster>}
 */
export function roster(db, { group, after, limit }) {
  return db.read(LISTS, async (tx) => {
    const [regions, ticked] = await Promise.all([
      tx.objectStore('rows').index('kind').getAll('region'),
      tx.objectStore('meta').get('ticked'),
    ]);
    const names = namesOf(regions);
    const lanes = regions.flatMap(({ id, data }) => (data.level === 'group' ? [id] : []));
    const wanted = group ?? ticked?.[0];
    const likely = wanted ?? [...lanes].sort()[0] ?? '';
    const [codes, early] = await Promise.all([shownCodes(tx, ['', ...lanes]), ofGroup(tx, likely)]);
    const groups = codes.map((code) => ({ code, name: names.get(code) ?? '' }));
    const chosen = groups.find(({ code }) => code === wanted) ?? groups[0];
    if (!chosen) return { groups, chosen: null, rows: [], more: false };
    const { tally, ...shown } = chosen.code === likely ? early : await ofGroup(tx, chosen.code);
    return { groups, chosen: { ...chosen, places: tally.places, open: tally.open }, ...shown };
  });

  async function ofGroup(/** @type {Tx} */ tx, /** @type {string} */ code) {
    const [shown, tally] = await Promise.all([
      page(tx, { group: code, limit, after }),
      tallyOf(tx.objectStore('places').index('group_open'), code),
    ]);
    return { ...shown, tally };
  }
}

/**
 * Groups that list a place, in order: of those that regions name, or where one lies between them, of all that places name. Asked for
 * the first key of each and of each gap: to count is to walk through every place, ten milliseconds a thousand.
 * @param {Tx} tx
 * @param {string[]} likely
 */
async function shownCodes(tx, likely) {
  const index = tx.objectStore('places').index('order');
  const isThere = async (/** @type {IDBKeyRange} */ range) => (await index.getKey(range)) !== undefined;
  const known = [...new Set(likely)].sort();
  const [whole, ends] = [inOrder(null), known.map(inOrder)];
  const edges = [whole.lower, ...ends.flatMap(({ lower, upper }) => [lower, upper]), whole.upper];
  const gaps = [...ends, whole].map((_, i) => IDBKeyRange.bound(edges[2 * i], edges[2 * i + 1], true, true));
  const [strange, listed] = await Promise.all([Promise.all(gaps.map(isThere)), Promise.all(ends.map(isThere))]);
  if (!strange.includes(true)) return known.filter((_, i) => listed[i]);
  const codes = await codesOf(tx.objectStore('places').index('group_open'));
  const there = await Promise.all(codes.map((code) => isThere(inOrder(code))));
  return codes.filter((_, i) => there[i]);
}
