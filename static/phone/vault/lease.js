/**
 * The roster is lent: 21 days from the last contact with the server. Time that was once seen does not come again, so a clock
 * put back lengthens nothing; one that jumps ahead withholds the roster until the next contact, and destroys nothing.
 *
 * @typedef {import('../types.js').Vault} Vault
 */

import { sealerOf } from './sealers.js';

export const LEASE_DAYS = 21;
const DAY_MS = 24 * 3600_000;
const STEP_MS = 60_000;

/** Where this page's clock stood when it was last looked at, and the time that only runs forward. */
let last = { clock: 0, running: 0 };

/** The highest time known: what was seen before, and at least as much later as this page has been running since. */
function highestOf(/** @type {Vault} */ { highest }, /** @type {number} */ now) {
  const running = globalThis.performance?.now() ?? 0;
  const passed = last.running && now < last.clock ? running - last.running : 0;
  return Math.max(now, highest + Math.max(0, passed));
}

/** Whether the lease is over. */
export function isOver(/** @type {Vault} */ vault, /** @type {number} */ now) {
  return highestOf(vault, now) - vault.contact > LEASE_DAYS * DAY_MS;
}

/**
 * Notes how late it is, once a minute at most.
 * @param {import('../db.js').Store} db
 * @param {Vault} vault
 * @param {number} now
 */
export async function noteTime(db, vault, now) {
  const highest = highestOf(vault, now);
  last = { clock: Math.max(now, last.clock), running: globalThis.performance?.now() ?? 0 };
  if (highest - vault.highest < STEP_MS) return;
  await db.writeStored(
    ['meta'],
    async (tx) => {
      const known = await tx.objectStore('meta').get('vault');
      if (known) await tx.objectStore('meta').put({ ...known, highest: Math.max(known.highest, highest) }, 'vault');
    },
    { durability: 'relaxed' },
  );
}

/**
 * A sealed answer begins the lease anew, and the clock is believed again: the server was asked under it.
 * @param {import('../types.js').Writing} tx over meta
 * @param {string} store
 * @param {number} now
 */
export async function renewLease(tx, store, now) {
  const meta = tx.objectStore('meta');
  const vault = await meta.get('vault');
  if (!vault) return null;
  const knock = sealerOf(store)?.box(null).box ?? vault.knock;
  const renewed = { ...vault, knock, contact: now, highest: now };
  await meta.put(renewed, 'vault');
  return renewed;
}
