/** 今天走过的: the records behind the first figure of 今天, each with whether the server has it. */

/** @typedef {import('./types.js').Data} Data */
/** @typedef {import('./types.js').Tx} Tx */

import { instant } from '../shared/dates.js';
import { byAtAndId } from '../shared/fold.js';
import { LISTS } from './lists.js';
import { isHeld } from './sync/journal.js';
import { countDay, madeOn, rowAnyhow } from './today.js';

/** Written up this much after it was made, a visit is 补记; 刚刚 names the same instant twice. */
const LATE_MS = 60_000;

/**
 * The records that `counts.walked` counts on a day, the one made last first. `late` is 补记.
 * @param {import('./db.js').Store} db
 * @param {string} day
 */
export function walked(db, day) {
  return db.read(LISTS, async (tx) => {
    const made = await madeOn(tx, day);
    const shown = made.map((each) => ({ each, id: String(each.id), at: String(each.visited_at ?? each.at) }));
    const rows = shown.sort(byAtAndId).reverse();
    return { counts: countDay(made), rows: await Promise.all(rows.map(({ each, at }) => lineOf(tx, each, at))) };
  });
}

/** @param {Tx} tx @param {Data} visit @param {string} at */
async function lineOf(tx, visit, at) {
  return {
    row: await rowAnyhow(tx, String(visit.place)),
    visit: { id: String(visit.id), at, outcome: String(visit.outcome ?? '') },
    late: instant(String(visit.written)) - instant(at) > LATE_MS,
    held: await isReceived(tx, String(visit.id)),
  };
}

/** The server's own sealed list names the event's number; what this phone never numbered came from the server itself. */
async function isReceived(/** @type {Tx} */ tx, /** @type {string} */ id) {
  const n = await tx.objectStore('events').index('id').getKey(id);
  return n === undefined || isHeld(await tx.objectStore('meta').get('contact'), n);
}
