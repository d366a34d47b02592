/**
 * When to sync: at every chance, and never giving up by age or count. The page keeps the clock; the worker may call
 * `syncAll` when the browser wakes it.
 *
 * @typedef {import('../types.js').Enrolment} Enrolment
 * @typedef {import('./round.js').Result} Result
 *
 * @typedef {object} Options
 * @property {typeof globalThis.fetch} [fetch]
 * @property {string} appVersion
 * @property {string} [base]
 * @property {(enrolment: Enrolment, result: Result) => void} [onRound]
 *
 * @typedef {object} Tour
 * @property {Result[]} results so far
 * @property {string} [epoch] the server's, as who is signed in has just heard it
 */

import { instant } from '../../shared/dates.js';
import { enrolments, leave, openStore } from '../enrol.js';
import { deliver } from '../vault/deliver.js';
import { isLocked } from '../vault/lock.js';
import { owesBlobs } from './blobs.js';
import { strip } from './report.js';
import { round } from './round.js';
import { onSaved } from './saved.js';

/** A saved visit is sent once the page that says so stands: on a slow phone both at once would be felt. */
const AFTER_SAVE_MS = 500;
const SOON_MS = 1_000;
const VISIBLE_MS = 30_000;
const HIDDEN_MS = 300_000;
const DAY_MS = 24 * 3600_000;
/** Whatever stands between, or a clock that is years off, may name any time: nobody is kept waiting longer than this. */
const ASKED_MS_AT_MOST = 300_000;
/** What comes of a store that cannot be read or written. @type {Readonly<Result>} */
const FAILED = { sent: 0, held: 0, pulled: 0, more: false, outcome: 'no_answer' };

/**
 * One round for the active enrolment, and one that only pushes for every other that has something to send or to ask. Whose store
 * fails keeps nobody else's records back.
 * @param {Options} options
 * @returns {Promise<Result[]>}
 */
export async function syncAll(options) {
  /** @type {Tour} */
  const tour = { results: [] };
  for (const enrolment of (await enrolments()).sort((a, b) => Number(b.active) - Number(a.active))) {
    await attend(enrolment, options, tour).catch(() => tour.results.push(FAILED));
  }
  return tour.results;
}

/** @param {Enrolment} enrolment @param {Options} options @param {Tour} tour gone on with */
async function attend(enrolment, { onRound, ...way }, tour) {
  const db = await openStore(enrolment);
  if (enrolment.active && (await db.meta('left'))) await leave(enrolment); // the power went while signing out
  const locked = await isLocked(db);
  if (locked || (await db.meta('boxes'))?.length) {
    const handed = await deliver({ ...way, db });
    tour.results.push(handed);
    if (locked) onRound?.(enrolment, handed);
    if (locked) return;
  }
  if (!enrolment.active && !(await isDue(db, tour.epoch))) return;
  const result = await round({ ...way, db, pushOnly: !enrolment.active });
  if (enrolment.active) tour.epoch = (await db.meta('contact'))?.epoch;
  tour.results.push(result);
  onRound?.(enrolment, result);
}

/**
 * Whether somebody who is signed out has something to send, photos included, or has to hear whether the server still holds what
 * it held: once a day, and as soon as it has begun another life, as after a restore.
 * @param {import('../db.js').Store} db
 * @param {string | undefined} epoch the server's, as who is signed in has just heard it
 */
async function isDue(db, epoch) {
  if ((await strip(db)).waiting || (await owesBlobs(db))) return true;
  const contact = await db.meta('contact');
  if (!contact) return false;
  const isOld = Math.abs(Date.now() - instant(contact.at)) > DAY_MS;
  return isOld || (epoch !== undefined && contact.epoch !== epoch);
}

/**
 * How long to wait for the next try, in milliseconds, jittered so that a town's phones do not come at once.
 * @param {{failures: number, active: boolean, retryAfter?: number, random?: number}} state
 *   active: the page is visible and the phone online
 */
export function pause({ failures, active, retryAfter = 0, random = Math.random() }) {
  const most = active ? VISIBLE_MS : HIDDEN_MS;
  const base = failures ? Math.min(most, SOON_MS * 2 ** failures) : most;
  return Math.max(base * (0.5 + random / 2), Math.min(ASKED_MS_AT_MOST, retryAfter * 1_000) * (1 + random / 5));
}

/**
 * Keeps this page in sync until stopped.
 * @param {Options} options
 * @returns {{nudge: () => void, stop: () => void}} nudge: try now
 */
export function keepInSync(options) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let failures = 0;
  let isRunning = false;
  let isWanted = false;
  let isStopped = false;
  let asked = { at: 0, ms: 0 };

  async function go() {
    clearTimeout(timer);
    isWanted = isRunning;
    if (isRunning || isStopped) return;
    const left = leftOf(asked);
    if (left > 0) {
      timer = setTimeout(go, left);
      return;
    }
    isRunning = true;
    const results = await syncAll(options).catch(() => null);
    isRunning = false;
    failures = results?.every((result) => result.outcome === 'ok' && !result.more) ? 0 : failures + 1;
    const retryAfter = Math.max(0, ...(results ?? []).map((result) => result.retryAfter ?? 0));
    const wait = pause({ failures, active: isActive(), retryAfter });
    asked = { at: Date.now(), ms: retryAfter ? wait : 0 };
    if (!isStopped) timer = setTimeout(go, isWanted ? 0 : wait);
  }

  const chances = [
    [globalThis, 'online'],
    [globalThis, 'focus'],
    [view(), 'visibilitychange'],
  ];
  for (const [target, name] of chances) listen(target, name, go);
  const unsubscribe = onSaved(() => {
    clearTimeout(timer);
    timer = setTimeout(go, AFTER_SAVE_MS);
  });
  go();
  return {
    nudge: go,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      unsubscribe();
      for (const [target, name] of chances) /** @type {any} */ (target)?.removeEventListener?.(name, go);
    },
  };
}

/** Milliseconds left of what a busy server asked for; none once the clock was put back, for then nobody knows. */
function leftOf(/** @type {{at: number, ms: number}} */ { at, ms }) {
  const passed = Date.now() - at;
  return passed < 0 ? 0 : ms - passed;
}

function listen(/** @type {any} */ target, /** @type {any} */ name, /** @type {() => void} */ heard) {
  target?.addEventListener?.(name, heard);
}

/** The document, where there is one. */
function view() {
  return /** @type {{document?: {visibilityState: string}}} */ (globalThis).document;
}

function isActive() {
  return view()?.visibilityState !== 'hidden' && globalThis.navigator?.onLine !== false;
}
