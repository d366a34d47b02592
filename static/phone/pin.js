/**
 * The lock as every screen meets it: how a store stands. What is done with a PIN is in padlock.js, which is loaded late.
 *
 * @typedef {import('./db.js').Store} Store
 */

import { dayOf } from '../shared/dates.js';
import { named } from './db.js';
import { campaignsAmong } from './sync/freshen.js';
import { counts } from './sync/report.js';
import { isOver } from './vault/lease.js';
import { isLockedBy } from './vault/lock.js';

export { LEASE_DAYS } from './vault/lease.js';
export { destroy, isLocked, lock, TRIES, vaultOf, waitLeft } from './vault/lock.js';

/**
 * A campaign that runs says so, or the enrolment did before the first pull.
 * @param {Known['meta']} meta
 * @param {Known['campaigns']} campaigns
 * @param {string} day
 */
export function wants(meta, campaigns, day) {
  if (!meta.seal_key) return false;
  if (!meta.contact) return meta.pin_wanted === true;
  return campaignsAmong(campaigns, meta, day).some(({ data }) => data.parts?.pin === true);
}

/** @typedef {{meta: Record<string, any>, campaigns: import('./types.js').Row[]}} Known */

/** @returns {Promise<Known>} */
export async function known(/** @type {import('./types.js').Tx} */ tx) {
  const [meta, campaigns] = await Promise.all([
    named(tx.objectStore('meta')),
    tx.objectStore('rows').index('kind').getAll('campaign'),
  ]);
  return { meta, campaigns };
}

/**
 * How this store stands, in one reading, for every answer asks it.
 * @typedef {object} Standing
 * @property {'open' | 'locked' | 'gone' | 'withheld'} state open, without a lock at all too; locked; its keys gone; or withheld
 *   because it was too long out of touch
 * @property {number} minutes until it locks itself; 0 without a lock
 * @property {boolean} wanted the office wants a PIN, and there is none
 * @property {boolean} ofDay its views are of this day
 * @property {ReturnType<typeof counts>} strip
 * @param {Store} db
 * @param {number} now
 * @returns {Promise<Standing>}
 */
export async function standing(db, now) {
  const { meta, campaigns } = await db.read(['meta', 'rows'], known);
  const vault = /** @type {import('./types.js').Vault | null} */ (meta.vault ?? null);
  const day = dayOf(now);
  const said = { strip: counts(meta), ofDay: meta.view_day === day, minutes: 0, wanted: false };
  isLockedBy(db, vault);
  if (!vault) return { ...said, state: 'open', wanted: wants(meta, campaigns, day) };
  if (vault.state === 'gone') return { ...said, state: 'gone' };
  const over = await isOver(db, vault, now);
  if (db.mark === null) return { ...said, state: 'locked' };
  return { ...said, state: over ? 'withheld' : 'open', minutes: vault.minutes };
}
