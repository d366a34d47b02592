/**
 * The PIN set and changed.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Vault} Vault
 * @typedef {import('./unlock.js').Tried} Tried
 */

import { agree, KEY_BYTES, random, sealerFrom, wrap } from './keys.js';
import { change, vaultOf } from './lock.js';
import { dropKey, holdKey } from './sealers.js';
import { sealAll } from './sweep.js';
import { tryPin } from './unlock.js';
import { veil } from './veil.js';

const MINUTES = 5;
const LIMIT_MS = 60_000;

/** Six digits that are not all alike and do not run up or down. */
export function isWeak(/** @type {string} */ pin) {
  const steps = new Set([...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i])));
  return steps.size === 1 && [0, 1, -1].includes(Number([...steps][0]));
}

/**
 * Puts a PIN on a store that has none. The first transaction puts one's own records into their boxes, so that they can be
 * handed in whatever happens next, and from it on all that is written is sealed; what else was there before is sealed after
 * it, and where that is cut off, at the next unlocking.
 * @param {Store} db
 * @param {string} pin
 * @param {number} now
 * @returns {Promise<boolean>} false where the server's public key is not known yet
 */
export async function setPin(db, pin, now) {
  const sealKey = await db.meta('seal_key');
  if (!sealKey || (await vaultOf(db))) return false;
  const { to, secret } = await makeSecret(sealKey);
  const [wrapped, sealer] = await Promise.all([wrap(pin, secret), sealerFrom(secret, to)]);
  const times = { wrong: 0, tried_at: 0, minutes: MINUTES, contact: now, highest: now };
  const vault = { state: /** @type {const} */ ('sealed'), ...wrapped, to, knock: '', ...times, whole: false };
  if (!(await begin(db, sealer, vault).catch(() => false))) {
    dropKey(db.name, { open: !(await vaultOf(db)) });
    return false;
  }
  // Not `whole` yet: what another tab wrote just now is looked for once more at the first unlocking.
  await sealAll(db, { isLast: false });
  return true;
}

/**
 * @param {Store} db
 * @param {import('./sealer.js').Sealer} sealer
 * @param {Vault} vault
 * @returns {Promise<boolean>} false where another page was quicker
 */
function begin(db, sealer, vault) {
  return db.writeStored(
    ['meta', 'events'],
    async (tx) => {
      const [meta, events] = [tx.objectStore('meta'), tx.objectStore('events')];
      if (await meta.get('vault')) return false;
      holdKey(db.name, sealer); // not before: who has just read that there is no lock would let it go again
      const seen = veil(tx, sealer);
      const identity = await meta.get('identity');
      if (identity) await seen.objectStore('meta').put(identity, 'identity');
      for (const event of await events.getAll()) await seen.objectStore('events').put(event);
      await meta.put({ ...vault, knock: sealer.box(null).box }, 'vault');
      return true;
    },
    { limit: LIMIT_MS },
  );
}

/** Random keys, and the delivery key agreed with the server's public one. */
async function makeSecret(/** @type {import('../types.js').SealKey} */ sealKey) {
  const { to, delivery } = await agree(sealKey);
  return { to, secret: { root: random(KEY_BYTES), delivery } };
}

/**
 * The same keys under another PIN.
 * @param {Store} db
 * @param {string} pin the present one
 * @param {string} next
 * @param {number} now
 * @returns {Promise<Tried>}
 */
export async function changePin(db, pin, next, now) {
  const tried = await tryPin(db, pin, now);
  if (!('secret' in tried)) return tried;
  await change(db, { ...(await wrap(next, tried.secret)), wrong: 0, tried_at: 0 });
  return { ok: true };
}
