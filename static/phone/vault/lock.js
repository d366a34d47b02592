/**
 * The PIN asked for and counted, and what becomes of a store whose keys are destroyed. A try is written down before it is judged, so that killing the browser
 * gives none back; from the fifth wrong one each costs time, and the tenth destroys the keys.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Vault} Vault
 * @typedef {{ok: true} | {ok: false, gone: true} | {ok: false, gone: false, left: number, wait: number}} Tried
 *   left: tries until the keys are destroyed; wait: milliseconds until the next one counts
 */

import { ALL } from '../db.js';
import { giveBack } from '../sync/own.js';
import { boxOf } from './aside.js';
import { agree, sealerFrom, unwrap, wrap } from './keys.js';
import { dropKey, holdKey, sealerOf } from './sealers.js';
import { sealAll } from './sweep.js';

export const TRIES = 10;
const MINUTE_MS = 60_000;
/** After so many wrong in a row, so long until the next. @type {Readonly<Record<number, number>>} */
const WAITS = { 5: 0.5, 6: 1, 7: 5, 8: 15, 9: 60 };

/** The PIN's record, readable without it; null where the store has none. @returns {Promise<Vault | null>} */
export async function vaultOf(/** @type {Store} */ db) {
  return (await db.meta('vault')) ?? null;
}

/** Whether nothing can be read of the store now. */
export async function isLocked(/** @type {Store} */ db) {
  return isLockedBy(db, await vaultOf(db));
}

/** The same where the PIN's record was just read. Keys of a lock that it no longer has are let go. */
export function isLockedBy(/** @type {Store} */ db, /** @type {Vault | null} */ vault) {
  if (sealerOf(db.name)?.isOf(vault)) return false;
  dropKey(db.name, { open: !vault });
  return vault !== null;
}

/** Locks it for this page. */
export function lock(/** @type {Store} */ db) {
  dropKey(db.name);
}

/** How long the next try has to wait, in milliseconds. */
export function waitLeft(/** @type {Vault} */ { wrong, tried_at }, /** @type {number} */ now) {
  const whole = (WAITS[Math.min(wrong, TRIES - 1)] ?? 0) * MINUTE_MS;
  return Math.max(0, Math.min(whole, whole - (now - tried_at)));
}

/**
 * One try to unlock.
 * @param {Store} db
 * @param {string} pin
 * @param {number} now
 * @returns {Promise<Tried>}
 */
export async function unlock(db, pin, now) {
  const tried = await tryPin(db, pin, now);
  if (!('secret' in tried)) return tried;
  const { secret, vault } = tried;
  const sealKey = await db.meta('seal_key');
  const isStale = sealKey !== undefined && sealKey.kid !== vault.to.kid;
  const { to, delivery } = isStale ? await agree(sealKey) : { to: vault.to, delivery: secret.delivery };
  const renewed = isStale ? { to, ...(await wrap(pin, { root: secret.root, delivery })) } : {};
  await change(db, { ...renewed, wrong: 0, tried_at: 0 });
  holdKey(db.name, await sealerFrom({ root: secret.root, delivery }, to));
  await sealAll(db, { all: isStale || !vault.whole });
  return { ok: true };
}

/**
 * @param {Store} db
 * @param {string} pin
 * @param {number} now
 * @returns {Promise<{secret: import('./keys.js').Secret, vault: Vault} | Exclude<Tried, {ok: true}>>}
 */
export async function tryPin(db, pin, now) {
  const counted = await count(db, now);
  if (!counted || counted.state === 'gone' || counted.wrong > TRIES) return destroy(db);
  const { wait, ...vault } = counted;
  if (wait > 0) return { ok: false, gone: false, left: TRIES - vault.wrong, wait };
  const secret = await unwrap(pin, vault);
  if (secret) return { secret, vault };
  if (vault.wrong >= TRIES) return destroy(db);
  return { ok: false, gone: false, left: TRIES - vault.wrong, wait: waitLeft(vault, now) };
}

/** Counts a try before it is made; one that comes too early is not counted. */
function count(/** @type {Store} */ db, /** @type {number} */ now) {
  return db.writeStored(['meta'], async (tx) => {
    const known = await tx.objectStore('meta').get('vault');
    if (!known || known.state === 'gone') return known ? { ...known, wait: 0 } : null;
    // A clock that was put back since begins the wait again, and no more than that.
    const vault = { ...known, tried_at: Math.min(known.tried_at, now) };
    const wait = waitLeft(vault, now);
    if (wait > 0) {
      await tx.objectStore('meta').put(vault, 'vault');
      return { ...vault, wait };
    }
    const counted = { ...vault, wrong: vault.wrong + 1, tried_at: now, highest: Math.max(now, vault.highest) };
    await tx.objectStore('meta').put(counted, 'vault');
    return { ...counted, wait: 0 };
  });
}

/** @param {Store} db @param {Partial<Vault>} changed */
export function change(db, changed) {
  return db.writeStored(['meta'], async (tx) => {
    const vault = await tx.objectStore('meta').get('vault');
    if (vault?.state === 'sealed') await tx.objectStore('meta').put({ ...vault, ...changed }, 'vault');
  });
}

/**
 * The keys are gone for good: roster and drafts can never be read again and leave the phone, and so do photos, which lie beside
 * the boxes and not in them. What was recorded stays in its boxes, which go out without any key.
 * @param {Store} db
 * @returns {Promise<{ok: false, gone: true}>}
 */
export async function destroy(db) {
  if (await vaultOf(db)) dropKey(db.name);
  await db.writeStored(ALL, async (tx) => {
    const meta = tx.objectStore('meta');
    const vault = await meta.get('vault');
    if (!vault) return;
    const { wrapped: _gone, ...left } = vault;
    await giveBack(tx);
    await tx.objectStore('drafts').clear();
    await clearBlobs(tx);
    await meta.put({ ...left, state: 'gone' }, 'vault');
  });
  return { ok: false, gone: true };
}

/**
 * Before another enrolment of the same worker, after the keys were destroyed: an empty store, with the boxes laid aside for as
 * long as records stay on a phone.
 * @param {Store} db
 */
export async function startAfresh(db) {
  await db.writeStored(ALL, async (tx) => {
    const meta = tx.objectStore('meta');
    const contact = await meta.get('contact');
    const left = (await meta.get('boxes')) ?? [];
    for (const event of await tx.objectStore('events').getAll()) {
      if (event.box) left.push(boxOf(event, event.box, contact));
    }
    await giveBack(tx);
    for (const name of /** @type {const} */ (['events', 'drafts'])) await tx.objectStore(name).clear();
    await clearBlobs(tx);
    for (const key of ['counter', 'contact', 'gone', 'identity', 'vault', 'revoked']) await meta.delete(key);
    await meta.put(left, 'boxes');
  });
  dropKey(db.name, { open: true });
}

/** Photos go, and recordings with them, which are fetched again. */
async function clearBlobs(/** @type {import('../types.js').Writing} */ tx) {
  await tx.objectStore('blobs').clear();
  await tx.objectStore('meta').delete('sounds');
}
