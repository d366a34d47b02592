/**
 * What is kept of a loss: when it was noticed, what came back and what did not. It is said until it has been read, and
 * the server is told the moment.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Loss} Loss
 */

import { stamp } from '../../shared/dates.js';
import { acceptLoss, canary } from './canary.js';
import { adopt } from './fork.js';

/** Writes down that a store was found emptied. */
export async function noteLoss(/** @type {Store} */ db, /** @type {import('../../shared/dates.js').Moment} */ now) {
  await keep(db, { at: stamp(now), lost: [], recovered: [], isRead: false });
}

function keep(/** @type {Store} */ db, /** @type {Loss} */ loss) {
  return db.write(['meta'], (tx) => tx.objectStore('meta').put(loss, 'loss'));
}

/**
 * A loss that has not been read yet, with what `canary` finds now; null where nothing is to be said.
 * @param {Store} db
 * @param {import('../../shared/dates.js').Moment} now
 * @returns {Promise<Loss | null>}
 */
export async function loss(db, now) {
  const { ok, lost } = await canary(db, (tx, ids) => noteBack(tx, ids, now));
  const open = unread(await db.meta('loss'));
  if (ok && !open?.lost.length) return open; // what was named as lost may have turned out to be with the server
  const said = { at: stamp(now), recovered: [], isRead: false, ...open, lost };
  await keep(db, said);
  return said;
}

/** What came back is noted in the transaction that brings it: a kill behind it leaves none of it unsaid. */
async function noteBack(
  /** @type {import('../types.js').Writing} */ tx,
  /** @type {string[]} */ ids,
  /** @type {import('../../shared/dates.js').Moment} */ now,
) {
  const meta = tx.objectStore('meta');
  const open = unread(await meta.get('loss'));
  const recovered = [...new Set([...(open?.recovered ?? []), ...ids])];
  await meta.put({ at: stamp(now), lost: [], isRead: false, ...open, recovered }, 'loss');
}

/** @returns {Loss | null} */
function unread(/** @type {Loss | undefined} */ loss) {
  return loss && !loss.isRead ? loss : null;
}

/** It has been said and read: what it named as lost is no longer asked after. The moment stays, for the office. */
export async function readLoss(/** @type {Store} */ db) {
  const known = await db.meta('loss');
  if (!known) return;
  await keep(db, { ...known, isRead: true });
  acceptLoss(db, known.lost);
}

/**
 * A store that the list of enrolments knows and that stands empty was thrown away behind our back: it gets its identity
 * again and pulls afresh. Numbers that start anew are taken by the server for a copy, which heals itself.
 * @param {Store} db
 * @param {import('../types.js').Enrolment} enrolment
 * @param {import('../../shared/dates.js').Moment} now
 */
export async function refound(db, { device_id, token, worker }, now) {
  if (!token || (await db.meta('identity'))) return;
  await adopt(db, { device_id, token, worker });
  await noteLoss(db, now);
}
