/**
 * Which commitments count: product.md's rules on signing, pure.
 *
 * @typedef {{id: string, at: string, place: string, method: string}} Commitment id = the event that carried it;
 *   place = where it counts, after merges
 * @typedef {{id: string, at: string, commitment_id?: string | null, place_id?: string | null}} Withdrawal
 */

import { compareInstants } from './dates.js';

export const SIGNED = new Set(['screen', 'paper']);
export const OFFERED = new Set(['screen', 'paper', 'oral', 'declined']);

/**
 * The place that stands for `place` after all merges.
 * @param {string} place
 * @param {Record<string, string>} survivor merged place → the place it went into
 */
export function survivorOf(place, survivor) {
  const seen = new Set();
  let current = place;
  while (survivor[current] && !seen.has(current)) {
    seen.add(current);
    current = /** @type {string} */ (survivor[current]);
  }
  return current;
}

/**
 * Whether a withdrawal reaches a commitment: by its id, or by its place when it was given no later than the withdrawal.
 * @param {Commitment} commitment
 * @param {Withdrawal[]} withdrawals
 * @param {Record<string, string>} survivor
 */
export function isWithdrawn(commitment, withdrawals, survivor) {
  return withdrawals.some((withdrawal) => {
    if (withdrawal.commitment_id) return withdrawal.commitment_id === commitment.id;
    if (!withdrawal.place_id || survivorOf(withdrawal.place_id, survivor) !== commitment.place) return false;
    return compareInstants(commitment.at, withdrawal.at) <= 0;
  });
}
