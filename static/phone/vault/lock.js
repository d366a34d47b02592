/**
 * How a store with a lock stands, and what becomes of it when its keys are destroyed.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Vault} Vault
 */

import { ALL } from '../db.js';
import { giveBack } from '../sync/own.js';
import { boxOf } from './aside.js';
import { dropKey, sealerOf } from './sealers.js';

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
