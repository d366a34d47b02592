/**
 * Views depend on the day: which campaign runs, and who is expected back. Nothing else in them grows old.
 */

import { dayOf } from '../../shared/dates.js';
import { refold } from './view.js';

/**
 * The campaign that runs on a day; of several the one that began last.
 * @param {import('../types.js').Row[]} campaigns
 * @param {string} day
 */
export function running(campaigns, day) {
  const live = campaigns.filter(({ data }) => data.starts <= day && day <= data.ends);
  return live.sort((a, b) => b.data.starts.localeCompare(a.data.starts) || a.id.localeCompare(b.id))[0] ?? null;
}

/**
 * Sets the day and the campaign of the views, and says which places must be folded again for it.
 * @param {import('../types.js').Writing} tx over meta, rows and places
 * @param {string} day
 * @returns {Promise<string[]>}
 */
export async function turnDay(tx, day) {
  const meta = tx.objectStore('meta');
  const campaign = running(await tx.objectStore('rows').index('kind').getAll('campaign'), day)?.id ?? null;
  const before = (await meta.get('campaign')) ?? null;
  await meta.put(day, 'view_day');
  await meta.put(campaign, 'campaign');
  if (campaign !== before) return tx.objectStore('places').getAllKeys();
  return tx.objectStore('places').index('back_on').getAllKeys(IDBKeyRange.upperBound(day));
}

/** Brings the views up to the day of `now`; cheap when they are. */
export async function freshen(
  /** @type {import('../db.js').Store} */ db,
  /** @type {import('../../shared/dates.js').Moment} */ now,
) {
  const day = dayOf(now);
  if ((await db.meta('view_day')) === day) return;
  await db.write(['meta', 'rows', 'events', 'places'], async (tx) => refold(tx, await turnDay(tx, day)), {
    limit: 60_000,
  });
}
