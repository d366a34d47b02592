/** How long what the server holds stays on the phone all the same: a server put back from an older backup gets it again. */

import { instant } from '../../shared/dates.js';

const DAY_MS = 24 * 3600_000;
const KEPT_DAYS = 14;
const KEPT_DAYS_AT_MOST = 60;

/**
 * Whether it may go: in a verified backup and 14 days old, or held for 60 days.
 * @param {{at: string, held_since: string}} event
 * @param {boolean} isCovered in a verified backup
 * @param {string} now the server's time
 */
export function isOldEnough({ at, held_since }, isCovered, now) {
  const days = (/** @type {string} */ since) => (instant(now) - instant(since)) / DAY_MS;
  return (isCovered && days(at) >= KEPT_DAYS) || days(held_since) >= KEPT_DAYS_AT_MOST;
}
