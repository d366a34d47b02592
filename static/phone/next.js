/** The next door still to go. */

/** @typedef {import('./types.js').Tx} Tx */
/** @typedef {import('./types.js').ListRow} ListRow */
/** @typedef {import('./types.js').PlaceView} PlaceView */
/** @typedef {import('../shared/dates.js').Moment} Moment */

import { dayOf } from '../shared/dates.js';
import { inOrder } from './groups.js';
import { rowWith, viewIn } from './lists.js';
import { laneOf } from './today.js';

/** Nearly always the next one is among so many; a whole lane is some hundreds. */
const NEAR = 12;

/**
 * The next door after one: further down its group, from the group's top again, then in the other ticked groups.
 * @param {Tx} tx
 * @param {string} id
 * @param {Moment} now
 * @returns {Promise<ListRow | null>} null where nothing is left, or this phone has no such door
 */
export async function nextIn(tx, id, now) {
  const drafts = tx.objectStore('drafts').getAllKeys();
  const [view, put] = await Promise.all([viewIn(tx, id), tx.objectStore('put_off').getAll()]);
  if (!view) return null;
  const day = dayOf(now);
  const off = new Set(put.flatMap((each) => (each.day === day ? [each.place_id] : [])));
  const near = (await below(tx, view)).find((each) => isToGo(each, day) && !off.has(each.id));
  const next = near ?? (await nextOf(tx, view, day));
  return next && rowWith(next, (await drafts).includes(next.id));
}

/** Those right below a door in its group's order. @param {Tx} tx @param {PlaceView} view */
function below(tx, { group, row_order }) {
  const rest = IDBKeyRange.bound([1, group, row_order, []], inOrder(group).upper);
  return tx.objectStore('places').index('order').getAll(rest, NEAR);
}

/** @param {PlaceView} view under a PIN opened only where the door is not closed anyway @param {string} day */
function isToGo(view, day) {
  if (view.open !== 1 || view.do_not_return) return false;
  return !(view.last && dayOf(view.last.visited_at) === day);
}

/** @param {Tx} tx @param {PlaceView} view @param {string} day */
async function nextOf(tx, view, day) {
  const codes = (await tx.objectStore('meta').get('ticked')) ?? [];
  for (const group of [view.group, ...codes.filter((/** @type {string} */ code) => code !== view.group)]) {
    const fresh = (await laneOf(tx, group, day)).filter((each) => each.id !== view.id && isToGo(each, day));
    const after = group === view.group ? fresh.find((each) => each.row_order > view.row_order) : undefined;
    if (after ?? fresh[0]) return after ?? fresh[0] ?? null;
  }
  return null;
}
