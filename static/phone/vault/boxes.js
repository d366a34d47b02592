/**
 * Boxes laid aside, as they lie in `meta`. While a second copy may still bear the id of one that has gone, the id is kept:
 * a copy of what nobody knows is taken for something lost.
 *
 * @typedef {import('../types.js').BoxAside} BoxAside
 * @typedef {import('../types.js').Tx} Tx
 * @typedef {import('../types.js').Writing} Writing
 */

import { isWaiting } from './aside.js';

/** Those that only this phone has. @returns {Promise<BoxAside[]>} */
export async function waitingAside(/** @type {Tx} */ tx) {
  const [boxes, contact] = await Promise.all([boxesIn(tx), tx.objectStore('meta').get('contact')]);
  return boxes.filter((box) => isWaiting(box, contact?.epoch));
}

/** Ids of what is or was laid aside here: these are not lost. @returns {Promise<Set<string>>} */
export async function everAside(/** @type {Tx} */ tx) {
  const [boxes, gone] = await Promise.all([boxesIn(tx), letGoIn(tx)]);
  return new Set([...boxes.map(({ id }) => id), ...gone]);
}

/** Lays boxes aside that are not there yet. */
export async function layAside(/** @type {Writing} */ tx, /** @type {BoxAside[]} */ boxes) {
  const known = await boxesIn(tx);
  const fresh = boxes.filter(({ id }) => !known.some((each) => each.id === id));
  if (fresh.length) await tx.objectStore('meta').put([...known, ...fresh], 'boxes');
}

/** What is left of them after some have been let go. */
export async function keepBoxes(/** @type {Writing} */ tx, /** @type {BoxAside[]} */ left) {
  const ids = new Set(left.map(({ id }) => id));
  const gone = (await boxesIn(tx)).flatMap(({ id }) => (ids.has(id) ? [] : [id]));
  const meta = tx.objectStore('meta');
  await meta.put(left, 'boxes');
  if (gone.length) await meta.put([...(await letGoIn(tx)), ...gone], 'let_go');
}

/** Ids of boxes let go whose copy may still lie here. @returns {Promise<string[]>} */
export async function letGoIn(/** @type {Tx | Writing} */ tx) {
  return (await /** @type {Tx} */ (tx).objectStore('meta').get('let_go')) ?? [];
}

/** Nothing bears these ids any more. */
export async function bury(/** @type {Writing} */ tx, /** @type {string[]} */ ids) {
  const left = (await letGoIn(tx)).filter((id) => !ids.includes(id));
  await tx.objectStore('meta').put(left, 'let_go');
}

/** @returns {Promise<BoxAside[]>} */
async function boxesIn(/** @type {Tx | Writing} */ tx) {
  return (await /** @type {Tx} */ (tx).objectStore('meta').get('boxes')) ?? [];
}
