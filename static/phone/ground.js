/**
 * What an answer stands on: the phone's settings, whose pages these are, and how that store stands.
 *
 * @typedef {import('./db.js').Store} Store
 * @typedef {import('./pin.js').Standing} Standing
 * @typedef {import('./rooms/_types.js').Env} Env
 * @typedef {import('./types.js').Enrolment} Enrolment
 *
 * @typedef {object} Ground
 * @property {Record<string, any>} settings as they are kept
 * @property {Enrolment | null} enrolment
 * @property {Store | null} db
 * @property {boolean} practice
 * @property {Omit<Standing, 'strip'> & {strip: Standing['strip'] | null}} stands
 */

import { storeOf } from './enrol.js';
import { standing } from './pin.js';
import { openPractice, saysPractice, trainee } from './practice.js';
import { freshen } from './sync/freshen.js';
import { dropKey, sealerOf } from './vault/sealers.js';

/** @type {Ground['stands']} */
const OPEN = { state: 'open', minutes: 0, wanted: false, ofDay: true, strip: null };

/**
 * Whose pages these are: whom the host brings along, else the practising worker, else who is signed in.
 * @param {Env} env
 * @param {Date} now
 * @param {Awaited<ReturnType<typeof import('./enrol.js').atStart>>} known
 * @param {{db: Store, standing: Promise<Standing>} | null} early how a store stands, where that was asked in advance
 * @returns {Promise<Ground>}
 */
export async function groundOf(env, now, { settings, enrolment: active }, early) {
  if (!env.enrolment && saysPractice(settings)) {
    // In practice no lock falls by itself, and anybody may end it: each tab lets go of the key at its first page.
    if (active && sealerOf(active.store)) dropKey(active.store);
    return { settings, enrolment: trainee(), db: await openPractice(now), practice: true, stands: OPEN };
  }
  const enrolment = env.enrolment ?? active;
  const db = env.db ?? (enrolment && (await storeOf(enrolment, now)));
  if (!db) return { settings, enrolment, db, practice: false, stands: OPEN };
  const stands = await (early?.db === db ? early.standing : standing(db, now.getTime()));
  // The views of a store that the host brings along are its own affair.
  if (!env.db && !stands.ofDay && ['open', 'withheld'].includes(stands.state)) await freshen(db, now);
  return { settings, enrolment, db, practice: false, stands };
}

/** Whether somebody is signed in whose store lies open. @returns {ground is Ground & {db: Store}} */
export function isOpen(/** @type {Ground | null} */ ground) {
  return Boolean(ground?.enrolment && ground.db && !ground.practice && ground.stands.state === 'open');
}

/** Whether what was drawn on one ground holds on the other; the strip is no part of it. @param {Ground} now @param {Ground | null} before */
export function isSame(now, before) {
  return now.db === before?.db && now.stands.ofDay && JSON.stringify(kept(now)) === JSON.stringify(kept(before));
}

/** @param {Ground | null} ground */
function kept(ground) {
  if (!ground) return null;
  const { settings, enrolment, practice, stands } = ground;
  const { state, minutes, wanted } = stands;
  return { settings, enrolment, practice, state, minutes, wanted };
}
