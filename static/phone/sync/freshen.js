/**
 * Views depend on the day: which campaign and phase run, and who is expected back. Nothing else in them grows old.
 */

import { dayOf, instant } from '../../shared/dates.js';
import { named } from '../db.js';
import { refold } from './view.js';

/**
 * The campaigns that run on a day, the one that began last first.
 * @param {import('../types.js').Row[]} campaigns
 * @param {string} day
 */
function running(campaigns, day) {
  const live = campaigns.filter(({ data }) => data.starts <= day && day <= data.ends);
  return live.sort((a, b) => b.data.starts.localeCompare(a.data.starts) || a.id.localeCompare(b.id));
}

/**
 * The campaigns of a day, the current one first: the one chosen on this phone, else the one that began last. Where none
 * runs by this phone's clock, and the server's showed another day, that day is meant.
 * @param {import('../types.js').Row[]} rows
 * @param {{chosen?: string, contact?: import('../types.js').Contact}} meta
 * @param {string} day
 */
export function campaignsAmong(rows, { chosen, contact }, day) {
  const behind = contact ? instant(contact.server_time) - instant(contact.at) : 0;
  const found = running(rows, day);
  const live = found.length ? found : running(rows, dayOf(instant(`${day}T12:00:00+08:00`) + behind));
  return [...live.filter(({ id }) => id === chosen), ...live.filter(({ id }) => id !== chosen)];
}

/**
 * Makes one of the campaigns the one that new visits are for, and folds every place for it.
 * @param {import('../db.js').Store} db
 * @param {string} id
 * @param {import('../../shared/dates.js').Moment} now
 */
export function choose(db, id, now) {
  return db.write(
    ['meta', 'rows', 'events', 'places'],
    async (tx) => {
      await tx.objectStore('meta').put(id, 'chosen');
      await refold(tx, await turnDay(tx, dayOf(now)));
    },
    { limit: 60_000 },
  );
}

/**
 * Sets the day and the campaign of the views, and says which places must be folded again for it.
 * @param {import('../types.js').Writing} tx over meta, rows and places
 * @param {string} day
 * @returns {Promise<string[]>}
 */
export async function turnDay(tx, day) {
  const meta = tx.objectStore('meta');
  const [known, rows] = await Promise.all([named(meta), tx.objectStore('rows').index('kind').getAll('campaign')]);
  const current = campaignsAmong(rows, known, day)[0];
  const campaign = current?.id ?? null;
  const phase = phaseOf(current?.data, day);
  const same =
    campaign === (known.campaign ?? null) && phase?.id === known.phase?.id && phase?.ends === known.phase?.ends;
  await meta.put(day, 'view_day');
  await meta.put(campaign, 'campaign');
  await meta.put(phase, 'phase');
  if (!same) return tx.objectStore('places').getAllKeys();
  return tx.objectStore('places').index('back_on').getAllKeys(IDBKeyRange.upperBound(day));
}

/**
 * The phase of a day that counts for itself: every door is to be gone to again.
 * @param {import('../types.js').Data | undefined} campaign
 * @param {string} day
 * @returns {import('../types.js').Phase | null}
 */
function phaseOf(campaign, day) {
  /** @type {(import('../types.js').Phase & {anew?: boolean})[]} */
  const phases = campaign?.phases ?? [];
  const found = phases.find(({ anew, starts, ends }) => anew === true && starts <= day && day <= ends);
  return found ? { id: found.id, starts: found.starts, ends: found.ends } : null;
}

/** Whether the views are of that day. */
export async function isOfDay(
  /** @type {import('../db.js').Store} */ db,
  /** @type {import('../../shared/dates.js').Moment} */ now,
) {
  return (await db.meta('view_day')) === dayOf(now);
}

/** Brings the views up to the day of `now`; cheap when they are. */
export async function freshen(
  /** @type {import('../db.js').Store} */ db,
  /** @type {import('../../shared/dates.js').Moment} */ now,
) {
  const day = dayOf(now);
  if (await isOfDay(db, now)) return;
  await db.write(['meta', 'rows', 'events', 'places'], async (tx) => refold(tx, await turnDay(tx, day)), {
    limit: 60_000,
  });
}
