/**
 * One sync round: push what the server does not hold, pull what is new, until there is neither. What to send is decided
 * by the server's last sealed list of held numbers and by nothing else.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Answer} Answer
 * @typedef {'ok' | 'no_answer' | 'unauthorised' | 'revoked' | 'busy' | 'refused'} Outcome
 * @typedef {{sent: number, held: number, pulled: number, more: boolean}} Tally sent: newly held of what this round sent
 * @typedef {Tally & {outcome: Outcome, retryAfter?: number, problem?: import('./wire.js').Problem}} Result
 *
 * @typedef {{outcome: 'go_on'} | {outcome: 'fork'} | Omit<Result, keyof Tally>} Step
 *
 * @typedef {object} Options
 * @property {Store} db
 * @property {typeof globalThis.fetch} [fetch]
 * @property {Date | number | (() => Date | number)} [now] a clock, or one moment for the whole round
 * @property {string} appVersion
 * @property {string} [base] where the server is; '' for the page's own origin
 * @property {boolean} [pushOnly] after sign-out: take no rows
 * @property {number} [idleMs] how long nothing may arrive
 *
 * @typedef {Omit<Required<Options>, 'now'> & {now: () => Date | number}} Way
 */

import { askForDevice, remember } from '../enrol.js';
import { apply } from './apply.js';
import { sendBlobs } from './blobs.js';
import { tidyCopies } from './copy.js';
import { adopt, isFork } from './fork.js';
import { common, contains, countUpTo, joined } from './ranges.js';
import { fewer, isLeft, more, prepare } from './request.js';
import { fetchSounds } from './sounds.js';
import { ask } from './wire.js';

const REQUESTS_AT_MOST = 200;
const IDLE_MS = 30_000;
/** @type {Readonly<Tally>} */
const NOTHING = { sent: 0, held: 0, pulled: 0, more: false };

/**
 * Runs one round; where there are Web Locks, one at a time over all tabs and the worker.
 * @param {Options} options
 * @returns {Promise<Result>} never rejects for what a network can do
 */
export function round({
  fetch = globalThis.fetch,
  now = Date.now,
  base = '',
  pushOnly = false,
  idleMs = IDLE_MS,
  ...rest
}) {
  const clock = typeof now === 'function' ? now : () => now;
  const way = { ...rest, fetch, now: clock, base, pushOnly, idleMs };
  if (way.db.stays) return Promise.resolve({ ...NOTHING, ...refusal('practice') });
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request(`sync-${way.db.name}`, () => run(way)) : run(way);
}

/** @returns {Promise<Result>} */
async function run(/** @type {Way} */ way) {
  const tally = { ...NOTHING };
  /** @type {Set<number>} */
  const tried = new Set();
  let renewed = false;
  for (let step = 0; step < REQUESTS_AT_MOST; step += 1) {
    const result = await exchange(way, tried, tally);
    if (result.outcome === 'go_on') continue;
    if (result.outcome !== 'fork') return finish(way, tally, result);
    const failure = renewed ? refusal('fork') : await renew(way);
    if (failure) return { ...tally, ...failure };
    renewed = true;
    tried.clear();
  }
  return { ...tally, outcome: 'ok' };
}

/** @returns {Promise<Result>} */
async function finish(
  /** @type {Way} */ way,
  /** @type {Tally} */ tally,
  /** @type {Omit<Result, keyof Tally>} */ result,
) {
  if (result.outcome === 'ok') await sendBlobs(way);
  if (result.outcome === 'ok' && !way.pushOnly) await fetchSounds(way);
  return { ...tally, ...result };
}

/** @returns {Omit<Result, keyof Tally>} */
function refusal(/** @type {string} */ code) {
  return { outcome: 'refused', problem: { code, status: 0 } };
}

/**
 * One request and its answer, taken in.
 * @param {Way} way
 * @param {Set<number>} tried numbers sent in this round; none is sent twice, so that a round ends
 * @param {Tally} tally counted on
 * @returns {Promise<Step>}
 */
async function exchange(way, tried, tally) {
  const { db } = way;
  const request = await prepare(way, tried);
  if (!request) return refusal('not_enrolled');
  const { identity, cursor, events, head, pushOnly } = request;
  const lines = events.map((event) => event.line);
  const reply = await ask({ ...way, token: identity.token, head, lines });
  if (db.isShut) return { outcome: 'no_answer' }; // locked while it was under way: the next one asks again
  if (reply.outcome !== 'answer') return stumble(db, reply, events.length);
  const { answer } = reply;
  const forked = await isFork(db, answer.head);
  if (forked && !answer.head.revoked) return { outcome: 'fork' };
  for (const event of events) tried.add(event.n);
  const { device_id } = identity;
  const taken = await apply(db, forked ? await disowned(db, answer, events) : answer, {
    device_id,
    cursor,
    pushOnly,
    now: Number(way.now()),
  });
  await more(db);
  await tidyCopies(db);
  return tallied({ db, pushOnly }, tried, tally, { answer, sent: events.map((event) => event.n), taken });
}

/**
 * An answer to a copy that was switched off and can take no numbers of its own any more: of those that are held the other one
 * may have sent some. It believes those that it knew before and those that it has just sent, which were kept for review where the
 * other one's stood there already. What is in a backup it can't know.
 * @param {Store} db
 * @param {Answer} answer
 * @param {{n: number}[]} sent
 * @returns {Promise<Answer>}
 */
async function disowned(db, { head, ...rest }, sent) {
  const before = (await db.meta('contact'))?.held ?? [];
  const own = joined(
    before,
    sent.map(({ n }) => n),
  );
  return { ...rest, head: { ...head, held: common(head.held, own), covered: [], attention: [] } };
}

/**
 * @param {Pick<Way, 'db' | 'pushOnly'>} request
 * @param {Set<number>} tried
 * @param {Tally} tally
 * @param {{answer: Answer, sent: number[], taken: number | null}} exchange
 * @returns {Promise<Step>}
 */
async function tallied({ db, pushOnly }, tried, tally, { answer: { head, rows, tail }, sent, taken }) {
  tally.sent += sent.filter((n) => contains(head.held, n)).length;
  tally.pulled += taken ?? 0;
  tally.held = countUpTo(head.held, Number.MAX_SAFE_INTEGER);
  // What was let go is asked for again soon: the scope that its head told may leave out rows that are still here.
  tally.more = !pushOnly && (tail.more || taken === null);
  // A phone that was switched off hands in all it has at once, and asks once more where some of it had arrived before: it is told to
  // give the roster back only when it says that nothing is left.
  const asksAgain = head.revoked && !head.wipe && sent.length > 0;
  if (asksAgain || (await isLeft(db, tried))) return { outcome: 'go_on' };
  if (head.revoked) return { outcome: 'revoked' };
  const isPulling = tally.more && rows.length > 0 && taken !== null;
  return { outcome: isPulling ? 'go_on' : 'ok' };
}

/** What went wrong, and smaller steps where size may be why. */
async function stumble(
  /** @type {Store} */ db,
  /** @type {import('./wire.js').NoAnswer | import('./wire.js').Refusal} */ reply,
  /** @type {number} */ sent,
) {
  const isTooMuch = 'timeout' in reply ? reply.timeout : reply.problem.code === 'too_large';
  if (isTooMuch) await fewer(db, sent);
  if ('timeout' in reply) return { outcome: reply.outcome };
  const { outcome, problem, retryAfter } = reply;
  return { outcome, problem, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/**
 * A new enrolment for a restored or cloned copy.
 * @returns {Promise<Omit<Result, keyof Tally> | null>} null when it worked
 */
async function renew(/** @type {Way} */ { db, fetch, base, appVersion }) {
  const identity = await db.meta('identity');
  if (!identity) return refusal('not_enrolled');
  const body = { renew: true, app_version: appVersion };
  const answer = await askForDevice(body, { fetch, base, token: identity.token });
  if (answer.ok) {
    await adopt(db, answer.identity);
    await remember(db.name, answer.identity);
    return null;
  }
  const { code, title, status = 0 } = answer;
  if (code === 'no_answer') return { outcome: 'no_answer' };
  const outcome = status === 401 ? 'unauthorised' : status === 403 ? 'revoked' : 'refused';
  return { outcome, problem: { code, title, status } };
}
