/**
 * The page 今天: what was walked, what was promised, what is half written, and the lanes ticked for today.
 */

/** @typedef {import('./db.js').Store} Store */
/** @typedef {import('./types.js').Data} Data */
/** @typedef {import('./types.js').Tx} Tx */
/** @typedef {import('./types.js').PlaceView} PlaceView */
/** @typedef {import('../shared/dates.js').Moment} Moment */

import { dayOf, daysBetween, isWeekend } from '../shared/dates.js';
import { NOBODY } from '../shared/fold.js';
import { metaIn } from './db.js';
import { inOrder, tallyOf } from './groups.js';
import { LISTS, rowOf, rowsOf } from './lists.js';
import { contextOf, knownOf } from './sync/history.js';
import { foldKnown } from './sync/view.js';

const LAST_DAY = '9999-12-31';
const SLOTS = ['morning', 'noon', 'afternoon', 'evening', 'weekend', 'date'];

/**
 * The page 今天. `counts` are one's own effective visits made today; `nobody` is every outcome with no adult at home.
 * Lanes hold what is still to go, in roster order; what was put off or already tried today stands at their end.
 * @param {Store} db
 * @param {Moment} now
 */
export async function today(db, now) {
  const day = dayOf(now);
  return db.read(LISTS, async (tx) => {
    const codes = (await metaIn(tx)).ticked ?? [];
    const promised = await tx.objectStore('places').index('promise').getAll(1);
    const drafts = await tx.objectStore('drafts').getAll();
    return {
      day,
      counts: countDay(await madeOn(tx, day)),
      promised: await rowsOf(tx, duePromises(promised, day)),
      drafts: await Promise.all(drafts.map(({ place_id }) => rowAnyhow(tx, place_id, { draft: true }))),
      lanes: await Promise.all(
        codes.map(async (/** @type {string} */ code) => {
          const rows = await rowsOf(tx, await laneOf(tx, code, day));
          const { open } = await tallyOf(tx, code);
          const region = code ? await tx.objectStore('rows').get(['region', code]) : undefined;
          return { group: code, name: String(region?.data.name ?? ''), open, rows };
        }),
      ),
    };
  });
}

/** What was written never hides, even where its place has left the phone. */
export async function rowAnyhow(/** @type {Tx} */ tx, /** @type {string} */ id, { draft = false } = {}) {
  const view = await tx.objectStore('places').get(id);
  if (view) return rowOf(tx, view);
  return { place: { id }, state: 'not_visited', last: null, hint: null, draft, promised: null };
}

/**
 * One's own visits that count and were made on a day, each with the place that stands for its own, and when its first record
 * was `written`: a correction is not later for having been made.
 * @returns {Promise<Data[]>}
 */
export async function madeOn(/** @type {Tx} */ tx, /** @type {string} */ day) {
  const context = contextOf(await metaIn(tx));
  const rows = await tx.objectStore('rows').index('day').getAll(day);
  const unsettled = await tx.objectStore('events').index('settled').getAll(0);
  const ids = new Set([...rows.map((row) => row.place_id ?? ''), ...unsettled.flatMap((event) => event.touches)]);
  /** @type {Data[][]} */
  const made = await Promise.all(
    [...ids].map(async (id) => {
      const known = await knownOf(tx, id, context);
      const written = new Map(known.entries.map((entry) => [entry.id, entry.at]));
      const { effective } = foldKnown(known, context.campaign);
      return effective.map((/** @type {Data} */ visit) => {
        return { ...visit, place: known.id, written: written.get(visit.root) ?? visit.at };
      });
    }),
  );
  const own = made.flat().filter((visit) => visit.worker_id === context.worker_id);
  const ofDay = own.filter((visit) => dayOf(visit.visited_at ?? visit.at) === day);
  return [...new Map(ofDay.map((visit) => [visit.id, visit])).values()];
}

/** The five figures of a day. */
export function countDay(/** @type {Data[]} */ visits) {
  const count = (/** @type {(outcome: string) => boolean} */ test) =>
    visits.filter((visit) => test(visit.outcome ?? '')).length;
  return {
    walked: visits.length,
    covered: count((outcome) => outcome === 'met_covered' || outcome === 'remote_covered'),
    nobody: count((outcome) => NOBODY.has(outcome)),
    later: count((outcome) => outcome === 'met_later'),
    declined: count((outcome) => outcome === 'met_declined'),
  };
}

/** Promises for a day gone by on top, the oldest first; then today's and those for an hour of any day, the earliest hour first. */
function duePromises(/** @type {PlaceView[]} */ views, /** @type {string} */ day) {
  const due = views.filter(({ next_try, last }) => {
    if (next_try?.date) return next_try.date <= day;
    if (next_try?.slot === 'weekend') return isWeekend(day);
    return !last || next_try?.slot === 'evening' || daysBetween(dayOf(last.visited_at), day) > 0;
  });
  const rank = (/** @type {PlaceView} */ view) => SLOTS.indexOf(view.next_try?.slot ?? 'date');
  const missed = (/** @type {PlaceView} */ { next_try }) =>
    next_try?.date && next_try.date < day ? next_try.date : LAST_DAY;
  return due.sort(
    (a, b) =>
      missed(a).localeCompare(missed(b)) ||
      rank(a) - rank(b) ||
      a.group.localeCompare(b.group) ||
      a.row_order - b.row_order,
  );
}

/**
 * The doors still to go in a group, in roster order; put off or already tried today stand at the end.
 * @returns {Promise<PlaceView[]>}
 */
export async function laneOf(/** @type {Tx} */ tx, /** @type {string} */ group, /** @type {string} */ day) {
  const views = await tx.objectStore('places').index('order').getAll(inOrder(group));
  const put = new Map((await tx.objectStore('put_off').getAll()).map((each) => [each.place_id, each]));
  const open = views.filter((view) => view.open === 1 && !view.do_not_return);
  const isLater = (/** @type {PlaceView} */ view) =>
    put.get(view.id)?.day === day || (view.last !== null && dayOf(view.last.visited_at) === day);
  return [...open.filter((view) => !isLater(view)), ...open.filter(isLater)];
}
