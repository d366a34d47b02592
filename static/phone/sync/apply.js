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
import { renewLease } from '../vault/lease.js';
import { turnDay } from './freshen.js';
import { forgetOwn, giveBack, leaveDoors, retire, settle, wipe } from './own.js';
import { askingCursor, takeRows } from './pull.js';
import { forgetRows } from './rows.js';
import { FOLDING_MS, refold } from './view.js';

/**
 * @param {import('../db.js').Store} db
 * @param {Answer} answer
 * @param {object} request
 * @param {string} request.device_id who asked; an answer to a former enrolment is let go
 * @param {Cursor | null} request.cursor as asked
 * @param {boolean} request.pushOnly take no rows
 * @param {number} request.now
 * @returns {Promise<number | null>} how many rows were taken; null when they were let go, as another tab had pulled or
 *   somebody had signed in or out meanwhile
 */
export function apply(db, answer, request) {
  return db.write(
    ALL,
    async (tx) => {
      const meta = tx.objectStore('meta');
      if ((await meta.get('identity'))?.device_id !== request.device_id) return null;
      const contact = contactOf(answer.head, request.now);
      await noteContact(meta, contact, answer.head);
      const sealed = await renewLease(tx, db.name, request.now);
      const wants = !request.pushOnly && !answer.head.revoked;
      const takes = wants && !(await meta.get('left')) && (await isSame(tx, request.cursor));
      const touched = takes ? await takeRows(tx, answer, request.cursor) : new Set();
      await takeWord(tx, { answer, contact, touched, now: request.now, complete: takes && !answer.tail.more });
      if (sealed && answer.head.revoked) await giveBack(tx); // under a PIN the roster goes at the first word
      if (!wants) return 0;
      return takes ? answer.rows.length : null;
    },
    { limit: FOLDING_MS },
  );
}

/**
 * What the head says of one's own events and of what was erased; then the views of all places touched.
 * @param {Writing} tx
 * @param {{answer: Answer, contact: Contact, touched: Set<string>, now: number, complete: boolean}} word
 */
async function takeWord(tx, { answer: { head }, contact, touched, now, complete }) {
  await forgetOwn(tx, head.forget, contact);
  const forgotten = await forgetRows(tx, head.forget);
  const settled = await settle(tx, contact, complete);
  if (complete) await leaveDoors(tx);
  await retire(tx, contact);
  if (head.revoked && head.wipe) await wipe(tx, contact);
  else await refold(tx, [...touched, ...forgotten, ...settled, ...(await turnDay(tx, dayOf(now)))]);
}

async function noteContact(
  /** @type {any} */ meta,
  /** @type {Contact} */ contact,
  /** @type {Answer['head']} */ { revoked, seal_key },
) {
  await meta.put(contact, 'contact');
  if (revoked) await meta.put(true, 'revoked');
  if (seal_key) await meta.put(seal_key, 'seal_key');
}

/** @returns {Contact} */
function contactOf(/** @type {Answer['head']} */ head, /** @type {number} */ now) {
  const { server_time, epoch, held, covered, attention, blobs_wanted, scope } = head;
  return { at: stamp(now), server_time, epoch, held, covered, attention, blobs_wanted, scope };
}

/** Whether the store still stands where the request left from; another tab may have pulled meanwhile. */
async function isSame(/** @type {Writing} */ tx, /** @type {Cursor | null} */ cursor) {
  const current = await askingCursor(/** @type {import('../types.js').Tx} */ (/** @type {unknown} */ (tx)));
  return JSON.stringify(current) === JSON.stringify(cursor);
}
