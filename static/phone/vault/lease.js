/**
 * The roster is lent: 21 days from the last contact with the server. Time that was once seen does not come again: a clock put
 * back lengthens nothing, and where it stands a day before what was seen the roster is withheld at once, as after a clock that
 * jumped ahead, until the clock is right or there was contact. Nothing is destroyed.
 *
 * @typedef {import('../types.js').Vault} Vault
 */

import { sealerOf } from './sealers.js';

export const LEASE_DAYS = 21;
const DAY_MS = 24 * 3600_000;
const STEP_MS = 60_000;

/**
 * By store, the highest time known and where this page's own time stood then, under which contact.
 * @type {Map<string, {contact: number, highest: number, running: number}>}
 */
const seen = new Map();

/** The highest time known: what was seen before, and at least as much later as this page has been running since. */
function highestOf(/** @type {string} */ store, /** @type {Vault} */ { contact, highest }, /** @type {number} */ now) {
  const running = globalThis.performance?.now() ?? 0;
  const known = seen.get(store);
  const since = known?.contact === contact ? known.highest + running - known.running : 0;
  const latest = Math.max(now, highest, since);
  seen.set(store, { contact, highest: latest, running });
  return latest;
}

/**
 * Whether the lease is over; notes how late it is, once a minute at most.
 * @param {import('../db.js').Store} db
 * @param {Vault} vault
 * @param {number} now
 */
export async function isOver(db, vault, now) {
  const highest = highestOf(db.name, vault, now);
  if (highest - vault.highest >= STEP_MS) await note(db, vault.contact, highest);
  return highest - vault.contact > LEASE_DAYS * DAY_MS || highest - now > DAY_MS;
}

/** @param {import('../db.js').Store} db @param {number} contact @param {number} highest */
function note(db, contact, highest) {
  return db.writeStored(
    ['meta'],
    async (tx) => {
      const known = await tx.objectStore('meta').get('vault');
      if (known?.contact !== contact) return; // contact meanwhile: its clock is believed
      await tx.objectStore('meta').put({ ...known, highest: Math.max(known.highest, highest) }, 'vault');
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
