/**
 * What is kept of a loss: when it was noticed, what came back and what did not. It is said until it has been read, and
 * the server is told the moment.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Loss} Loss
 */

import { stamp } from '../../shared/dates.js';
import { acceptLoss, canary } from './copy.js';
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
  const { ok, lost, recovered } = await canary(db);
  const known = await db.meta('loss');
  const open = known && !known.isRead ? known : null;
  if (ok) return open;
  const back = [...new Set([...(open?.recovered ?? []), ...recovered])];
  const said = { at: open?.at ?? stamp(now), lost, recovered: back, isRead: false };
  await keep(db, said);
  return said;
}

/** It has been said and read. The moment stays, for the office. */
export async function readLoss(/** @type {Store} */ db) {
  const known = await db.meta('loss');
  if (known) await keep(db, { ...known, isRead: true });
  await acceptLoss(db);
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
