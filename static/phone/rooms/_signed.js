/** What was signed goes along when a visit is put right: the commitment as it was given, and its drawing while the phone has it. */
import { visit } from '../read.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Visit} Visit */

/**
 * The drawing that goes with a form: from its own pad, else of the visit that it corrects, while this phone still has that.
 * @param {Ask} ask
 * @param {Record<string, string>} form
 * @param {{strokes?: number[][]} | null} draft
 * @returns {Promise<number[][] | undefined>}
 */
export async function strokesOf(ask, { supersedes }, draft) {
  if (draft?.strokes?.length || !supersedes) return draft?.strokes;
  const earlier = /** @type {any} */ (await visit(ask.db, supersedes));
  return earlier?.commitment?.strokes;
}

/** Signed on a screen, and the drawing is not on this phone any more. @param {Visit} found */
export function unsigned({ commitment }) {
  return commitment?.method === 'screen' && !commitment.strokes;
}

/**
 * The commitment goes along as it was given: a new text since then was not what was signed.
 * @param {Visit} found
 */
export function carried({ commitment }) {
  if (!commitment) return {};
  const { withdrawn_at: _gone, place_id: _place, at: _at, ...given } = commitment;
  return { commitment: given };
}
