/**
 * The PIN asked for and counted. A try is written down before it is judged, so that killing the browser gives none back; from the
 * fifth wrong one each costs time, and the tenth destroys the keys.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Vault} Vault
 * @typedef {{ok: true} | {ok: false, gone: true} | {ok: false, gone: false, left: number, wait: number}} Tried
 *   left: tries until the keys are destroyed; wait: milliseconds until the next one counts
 */

import { agree, sealerFrom, unwrap, wrap } from './keys.js';
import { change, destroy, TRIES, waitLeft } from './lock.js';
import { holdKey } from './sealers.js';
import { sealAll } from './sweep.js';

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
