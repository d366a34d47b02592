/**
 * Takes an answer in: one strict transaction in which everything it says becomes true, the cursor last.
 *
 * @typedef {import('../types.js').Answer} Answer
 * @typedef {import('../types.js').Contact} Contact
 * @typedef {import('../types.js').Cursor} Cursor
 * @typedef {import('../types.js').Writing} Writing
 */

import { dayOf, stamp } from '../../shared/dates.js';
import { ALL } from '../db.js';
import { turnDay } from './freshen.js';
import { forgetOwn, retire, settle, wipe } from './own.js';
import { askingCursor, takeRows } from './pull.js';
import { forgetRows } from './rows.js';
import { refold } from './view.js';

const LIMIT_MS = 120_000;

/**
 * @param {import('../db.js').Store} db
 * @param {Answer} answer
 * @param {object} request
 * @param {string} request.device_id who asked; an answer to a former enrolment is let go
 * @param {Cursor | null} request.cursor as asked
 * @param {boolean} request.pushOnly take no rows
 * @param {number} request.now
 * @returns {Promise<number | null>} how many rows were taken; null when the answer was let go
 */
export function apply(db, answer, { device_id, cursor, pushOnly, now }) {
  const { head } = answer;
  return db.write(
    ALL,
    async (tx) => {
      const meta = tx.objectStore('meta');
      if ((await meta.get('identity'))?.device_id !== device_id) return null;
      const contact = contactOf(head, now);
      await meta.put(contact, 'contact');
      if (head.revoked) await meta.put(true, 'revoked');
      const takes = !pushOnly && !head.revoked && (await isSame(tx, cursor));
      const touched = takes ? await takeRows(tx, answer, cursor) : new Set();
      await forgetOwn(tx, head.forget, contact);
      for (const id of await forgetRows(tx, head.forget)) touched.add(id);
      for (const id of await settle(tx, contact, takes && !answer.tail.more)) touched.add(id);
      await retire(tx, contact);
      if (head.revoked && head.wipe) await wipe(tx, contact);
      else await refold(tx, [...touched, ...(await turnDay(tx, dayOf(now)))]);
      return takes ? answer.rows.length : 0;
    },
    { limit: LIMIT_MS },
  );
}

/** @returns {Contact} */
function contactOf(/** @type {Answer['head']} */ head, /** @type {number} */ now) {
  const { server_time, held, covered, attention, blobs_wanted, scope } = head;
  return { at: stamp(now), server_time, held, covered, attention, blobs_wanted, scope };
}

/** Whether the store still stands where the request left from; another tab may have pulled meanwhile. */
async function isSame(/** @type {Writing} */ tx, /** @type {Cursor | null} */ cursor) {
  const current = await askingCursor(/** @type {import('../types.js').Tx} */ (/** @type {unknown} */ (tx)));
  return JSON.stringify(current) === JSON.stringify(cursor);
}
