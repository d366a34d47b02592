/** One page of the roster as 户表 shows it, read in two turns: on a slow phone each would be felt. */

/** @typedef {import('./db.js').Store} Store */
/** @typedef {import('./types.js').ListRow} ListRow */

import { metaIn } from './db.js';
import { listedIn, namesIn, tallyOf } from './groups.js';
import { LISTS, page } from './lists.js';

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
    const [{ ticked }, codes, names] = await Promise.all([metaIn(tx), listedIn(tx), namesIn(tx)]);
    const groups = codes.map((code) => ({ code, name: names.get(code) ?? '' }));
    const wanted = group ?? ticked?.[0];
    const chosen = groups.find(({ code }) => code === wanted) ?? groups[0];
    if (!chosen) return { groups, chosen: null, rows: [], more: false };
    const [shown, tally] = await Promise.all([
      page(tx, { group: chosen.code, limit, after }),
      tallyOf(tx, chosen.code),
    ]);
    return { groups, chosen: { ...chosen, ...tally }, ...shown };
  });
}
