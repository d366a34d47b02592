/**
 * The lock put on, changed, taken off and given up: each deed whole, with what the list of enrolments must know of it.
 *
 * @typedef {import('./db.js').Store} Store
 * @typedef {import('./vault/lock.js').Tried} Tried
 */

import { dayOf } from '../shared/dates.js';
import { joinNow, remember, setSetting } from './enrol.js';
import { known, wants } from './pin.js';
import { change, destroy, startAfresh, tryPin } from './vault/lock.js';
import { setPin } from './vault/setting.js';
import { unsealAll } from './vault/unseal.js';

export { changePin, isWeak } from './vault/setting.js';

/** How long nobody may touch the phone, in minutes. */
export const MINUTES = [1, 5, 15];

/** Puts a PIN on; false where the server's key is not known yet. */
export async function putOn(/** @type {Store} */ db, /** @type {string} */ pin, /** @type {number} */ now) {
  const done = await setPin(db, pin, now);
  const identity = await db.meta('identity');
  if (done && identity) await remember(db.name, identity);
  return done;
}

/**
 * Takes the lock off for good.
 * @param {Store} db unlocked
 * @param {string} pin
 * @param {number} now
 * @returns {Promise<Tried>}
 */
export async function takeOff(db, pin, now) {
  const tried = await tryPin(db, pin, now);
  if (!('secret' in tried)) return tried;
  const identity = await db.meta('identity');
  await unsealAll(db);
  if (identity) await remember(db.name, identity);
  return { ok: true };
}

/** 忘了密码: the keys go, and no page is kept for a resident any more. Who has signed in meanwhile begins anew at once. */
export async function giveUp(/** @type {Store} */ db) {
  await destroy(db);
  await setSetting('locked', null);
  if (!(await db.meta('joining'))) return false;
  const joining = await db.meta('joining');
  await startAfresh(db);
  await joinNow(db);
  if (joining) await remember(db.name, joining);
  return true;
}

/** How many minutes without a touch. */
export function lockAfter(/** @type {Store} */ db, /** @type {number} */ minutes) {
  return MINUTES.includes(minutes) ? change(db, { minutes }) : undefined;
}

/** Whether the office wants a PIN on this phone. */
export async function isWanted(/** @type {Store} */ db, /** @type {Date} */ now) {
  const { meta, campaigns } = await db.read(['meta', 'rows'], known);
  return wants(meta, campaigns, dayOf(now));
}
