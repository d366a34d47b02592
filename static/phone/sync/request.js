/**
 * What the next request carries, and how much at a time.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').KeptEvent & {line: string}} Waiting
 */

import { stamp } from '../../shared/dates.js';
import { waiting } from './journal.js';
import { askingCursor } from './pull.js';

const EVENTS_AT_MOST = 100;
const BYTES_AT_MOST = 256 * 1024;
/** A village of 2,000 doors and 6,000 visits in one answer, 490 KB on the way: each answer is folded as a whole, and a cut halves it. */
const ROW_BYTES = 6_000_000;
const ROW_BYTES_AT_LEAST = 30_000;

/** @type {import('../types.js').Meta['pace']} */
const FULL_PACE = { events: EVENTS_AT_MOST, limit: ROW_BYTES };

/**
 * The head and the events of the next request; null for a store without an enrolment. Whose worker has signed out since the round
 * began asks for no rows any more.
 * @param {{db: Store, appVersion: string, now: () => Date | number, pushOnly: boolean}} way
 * @param {Set<number>} tried numbers not to send again
 */
export async function prepare({ db, appVersion, now, pushOnly }, tried) {
  const known = await db.read(['meta', 'events'], async (tx) => {
    const identity = await tx.objectStore('meta').get('identity');
    const pace = (await tx.objectStore('meta').get('pace')) ?? FULL_PACE;
    const loss = await tx.objectStore('meta').get('loss');
    const left = await tx.objectStore('meta').get('left');
    return { identity, pace, loss, left, cursor: await askingCursor(tx), unsent: await waiting(tx) };
  });
  if (!known.identity) return null;
  const { identity, pace, loss, left, cursor, unsent } = known;
  const takesNone = pushOnly || left === true;
  const head = {
    protocol: 1,
    app_version: appVersion,
    sent_at: stamp(now()),
    pending: unsent.length,
    oldest: unsent[0]?.at ?? null,
    limit: takesNone ? 1 : pace.limit,
    storage: { ...(await storage()), ...(loss ? { lost: loss.at } : {}) },
    cursor,
  };
  const events = batch(
    unsent.filter((event) => !tried.has(event.n)),
    pace.events,
  );
  return {
    identity: /** @type {import('../types.js').Identity} */ (identity),
    cursor,
    head,
    events,
    pushOnly: takesNone,
  };
}

/** Whether there is something to send that has not been tried yet. @param {Store} db @param {Set<number>} tried */
export function isLeft(db, tried) {
  return db.read(['meta', 'events'], async (tx) => {
    const isEnrolled = (await tx.objectStore('meta').get('identity')) !== undefined;
    return isEnrolled && (await waiting(tx)).some((event) => !tried.has(event.n));
  });
}

/**
 * The first events in order of number, as many as fit; one always does.
 * @param {Waiting[]} events
 * @param {number} most
 */
function batch(events, most) {
  const encoder = new TextEncoder();
  let bytes = 0;
  const end = events.slice(0, most).findIndex((event) => {
    bytes += encoder.encode(event.line).length + 1;
    return bytes > BYTES_AT_MOST;
  });
  return events.slice(0, end < 0 ? most : Math.max(1, end));
}

/** After a timeout: half as much, both ways. */
export function fewer(/** @type {Store} */ db, /** @type {number} */ sent) {
  return setPace(db, (pace) => ({
    events: Math.max(1, Math.floor(Math.min(pace.events, sent || pace.events) / 2)),
    limit: Math.max(ROW_BYTES_AT_LEAST, Math.floor(pace.limit / 2)),
  }));
}

/** After an answer: twice as much, up to the most. */
export function more(/** @type {Store} */ db) {
  return setPace(db, (pace) => ({
    events: Math.min(EVENTS_AT_MOST, pace.events * 2),
    limit: Math.min(ROW_BYTES, pace.limit * 2),
  }));
}

function setPace(
  /** @type {Store} */ db,
  /** @type {(pace: import('../types.js').Meta['pace']) => import('../types.js').Meta['pace']} */ change,
) {
  return db.write(
    ['meta'],
    async (tx) => {
      const meta = tx.objectStore('meta');
      await meta.put(change((await meta.get('pace')) ?? FULL_PACE), 'pace');
    },
    { durability: 'relaxed' },
  );
}

/** How much room the phone has left, in bytes; null where the browser does not say. */
async function storage() {
  const manager = globalThis.navigator?.storage;
  const estimate = await manager?.estimate?.().catch(() => null);
  const persisted = await manager?.persisted?.().catch(() => null);
  const free = estimate?.quota === undefined ? null : estimate.quota - (estimate.usage ?? 0);
  return { free, persisted: persisted ?? null };
}
