/**
 * Boxes laid aside: what was recorded in a store whose keys are gone. They stay as long as records of an open store do, so that a
 * server put back from an older backup gets them again, and go when one could go.
 *
 * @typedef {import('../types.js').Box} Box
 * @typedef {import('../types.js').BoxAside} BoxAside
 * @typedef {import('./deliver.js').Receipt} Receipt
 */

import { dayOf } from '../../shared/dates.js';
import { isHeld } from '../sync/journal.js';
import { isOldEnough } from '../sync/kept.js';
import { contains } from '../sync/ranges.js';

/**
 * A record's box as it is laid aside.
 * @param {Pick<import('../types.js').KeptEvent, 'n' | 'id' | 'at' | 'touches' | 'held_since'>} event
 * @param {Box} box
 * @param {import('../types.js').Contact | undefined} contact of its store
 * @returns {BoxAside}
 */
export function boxOf({ n, id, at, touches, held_since }, box, contact) {
  const aside = { ...box, n, id, at, touches };
  if (!contact || !isHeld(contact, n)) return aside;
  const { server_time, epoch = '' } = contact;
  return { ...aside, held: { since: held_since ?? server_time, epoch, asked: dayOf(server_time) } };
}

/**
 * Whether the server does not have it, or has begun another life since it said so.
 * @param {BoxAside} aside
 * @param {string | undefined} epoch the server's, where it is known
 */
export function isWaiting({ held }, epoch) {
  return !held || (epoch !== undefined && held.epoch !== epoch);
}

/**
 * One box for each enrolment that nothing was heard of today: its receipt says what is in a backup, and whether the server has
 * begun another life.
 * @param {BoxAside[]} boxes none of them waits
 * @param {string} day
 */
export function toAsk(boxes, day) {
  const heard = new Set(boxes.flatMap(({ receipt, held }) => (held?.asked === day ? [receipt] : [])));
  const first = new Map(boxes.map((box) => [box.receipt, box]));
  return [...first.values()].filter(({ receipt }) => !heard.has(receipt));
}

/**
 * What is left of them after a receipt.
 * @param {BoxAside[]} boxes
 * @param {Receipt} said
 * @param {string} receipt what it was sealed with
 */
export function afterReceipt(boxes, said, receipt) {
  return boxes.flatMap((box) => {
    const known = box.receipt === receipt ? heardOf(box, said) : box;
    return known.held && isDue(known, known.held.since, said, receipt) ? [] : [known];
  });
}

/** @param {BoxAside} box @param {Receipt} said @returns {BoxAside} */
function heardOf(box, { ids, epoch, server_time }) {
  const { held, ...rest } = box;
  const asked = dayOf(server_time);
  if (ids.includes(box.id)) return { ...rest, held: { since: held?.since ?? server_time, epoch, asked } };
  return held && held.epoch === epoch ? { ...rest, held: { ...held, asked } } : rest;
}

/** @param {BoxAside} box @param {string} since @param {Receipt} said @param {string} receipt */
function isDue(box, since, { covered, server_time }, receipt) {
  const isCovered = box.receipt === receipt && contains(covered, box.n);
  return isOldEnough({ at: box.at, held_since: since }, isCovered, server_time);
}

/**
 * Erased stays erased: what the server holds of these, of events or of places, is let go.
 * @param {BoxAside[]} boxes
 * @param {string[]} ids
 */
export function withoutErased(boxes, ids) {
  return boxes.filter(
    ({ id, touches, held }) => !ids.includes(id) && !(held && touches.some((each) => ids.includes(each))),
  );
}
