/**
 * The lock opened, put on, changed, taken off and given up: each deed whole, with what the list of enrolments must know of it.
 *
 * @typedef {import('./db.js').Store} Store
 * @typedef {import('./vault/unlock.js').Tried} Tried
 */

import { dayOf } from '../shared/dates.js';
import { joinNow, remember, setSetting } from './enrol.js';
import { known, wants } from './pin.js';
import { change, destroy, startAfresh } from './vault/lock.js';
import { setPin } from './vault/setting.js';
import { tryPin, unlock } from './vault/unlock.js';
import { unsealAll } from './vault/unseal.js';

export { changePin, isWeak } from './vault/setting.js';

const AT_ONCE = 40;
const PAUSE_MS = 20;

/** How long nobody may touch the phone, in minutes. */
export const MINUTES = [1, 5, 15];

/**
 * One try to unlock; who signed in meanwhile is taken up.
 * @param {Store} db
 * @param {string} pin
 * @param {number} now
 * @returns {Promise<Tried>}
 */
export async function open(db, pin, now) {
  const tried = await unlock(db, pin, now);
  if (tried.ok) await joinNow(db);
  const identity = tried.ok ? await db.meta('identity') : undefined;
  if (identity) await remember(db.name, identity);
  if (tried.ok) warmUp(db).catch(() => {}); // locked again meanwhile
  return tried;
}

/** Opens the doors a few at a time while nobody waits, so that the first list does not have to. */
async function warmUp(/** @type {Store} */ db) {
  const keys = await db.read(['places'], (tx) => tx.objectStore('places').getAllKeys());
  for (let start = 0; start < keys.length && db.mark; start += AT_ONCE) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const some = IDBKeyRange.bound(keys[start], keys[Math.min(start + AT_ONCE, keys.length) - 1]);
    await db.read(['places'], async (tx) => (await tx.objectStore('places').getAll(some)).map(({ state }) => state));
  }
}

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
