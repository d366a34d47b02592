/**
 * What visits come to: the state and the counts of each place in one campaign, pure and the same in whatever
 * order the events arrived. The same cases (tests/cases/fold.json) bind the server's fold.
 *
 * @typedef {Record<string, number | null | undefined>} AppCounts
 * @typedef {object} FoldVisit a visit, or a correction of one (`root` = the first visit of its family)
 * @property {string} id
 * @property {string | null} [root]
 * @property {boolean} [void] true for a correction that only takes the visit back
 * @property {string} at
 * @property {string} [place]
 * @property {string} [outcome]
 * @property {AppCounts | null} [app]
 * @property {boolean | null} [do_not_return]
 * @property {{method?: string | null} | null} [commitment]
 *
 * @typedef {object} Folded
 * @property {string[]} effective ids of the visits that count, by (at, id)
 * @property {Record<string, string>} superseded_by visit that no longer counts → the event that speaks for its family
 * @property {string} state
 * @property {boolean} attempted
 * @property {boolean} met
 * @property {boolean} covered
 * @property {boolean} closed
 * @property {boolean} declined
 * @property {boolean} signed
 * @property {boolean} offered
 * @property {number} visits
 * @property {Record<string, number>} app
 * @property {boolean} do_not_return
 */

import { isWithdrawn, OFFERED, SIGNED, survivorOf } from './commitments.js';
import { compareInstants } from './dates.js';

export const NOBODY = new Set(['nobody_home', 'left_material', 'minor_only', 'unsafe_stop']);

/** Strongest first. wrong_entry is in no state: it asks for a review and says nothing about the household. */
const STATES = ['met_covered', 'remote_covered', 'met_declined', 'met_later', 'away_reported', 'nobody_home'];
const ASKED = ['installed_before', 'installed_now', 'wants_later', 'declined'];
const COUNTS = [...ASKED, 'no_smartphone'];

/** Orders events by (at as an instant, id). */
export function byAtAndId(/** @type {{at: string, id: string}} */ a, /** @type {{at: string, id: string}} */ b) {
  return compareInstants(a.at, b.at) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/**
 * Every place that a visit names, after merges, with what its visits come to.
 * @param {object} input
 * @param {FoldVisit[]} input.visits
 * @param {import('./commitments.js').Withdrawal[]} [input.withdrawals]
 * @param {Record<string, string>} [input.survivor] merged place → the place it went into
 * @returns {Record<string, Folded>}
 */
export function fold({ visits, withdrawals = [], survivor = {} }) {
  const placeOf = (/** @type {FoldVisit} */ visit) => survivorOf(visit.place ?? '', survivor);
  const heads = headsOf(visits);
  /** @type {Map<string, {effective: FoldVisit[], superseded_by: Record<string, string>}>} */
  const places = new Map();
  for (const visit of visits.filter((each) => !each.void).sort(byAtAndId)) {
    const place = places.get(placeOf(visit)) ?? { effective: [], superseded_by: {} };
    places.set(placeOf(visit), place);
    const head = /** @type {FoldVisit} */ (heads.get(rootOf(visit)));
    if (head.id === visit.id) place.effective.push(visit);
    else place.superseded_by[visit.id] = head.id;
  }
  return Object.fromEntries(
    [...places].map(([id, { effective, superseded_by }]) => {
      const given = commitmentsOf(id, effective, withdrawals, survivor);
      return [id, { ...foldPlace(effective), superseded_by, ...given }];
    }),
  );
}

function rootOf(/** @type {FoldVisit} */ visit) {
  return visit.root ?? visit.id;
}

/** The greatest (at, id) of each family speaks for it. */
function headsOf(/** @type {FoldVisit[]} */ visits) {
  /** @type {Map<string, FoldVisit>} */
  const heads = new Map();
  for (const visit of visits) {
    const head = heads.get(rootOf(visit));
    if (!head || byAtAndId(head, visit) < 0) heads.set(rootOf(visit), visit);
  }
  return heads;
}

function foldPlace(/** @type {FoldVisit[]} */ effective) {
  const outcomes = new Set(effective.map((visit) => visit.outcome ?? ''));
  const has = (/** @type {string[]} */ ...names) => names.some((name) => outcomes.has(name));
  const covered = has('met_covered', 'remote_covered');
  return {
    effective: effective.map((visit) => visit.id),
    state: stateOf(outcomes),
    attempted: effective.length > 0,
    met: has('met_covered', 'met_declined', 'met_later'),
    covered,
    closed: covered || has('met_declined'),
    declined: has('met_declined'),
    visits: effective.length,
    app: appOf(effective),
    do_not_return: effective.some((visit) => visit.do_not_return === true),
  };
}

function stateOf(/** @type {Set<string>} */ outcomes) {
  const ranked = new Set([...outcomes].map((outcome) => (NOBODY.has(outcome) ? 'nobody_home' : outcome)));
  return STATES.find((state) => ranked.has(state)) ?? 'not_visited';
}

/** The latest visit with any count speaks; its counts are never added to an older one's. */
function appOf(/** @type {FoldVisit[]} */ effective) {
  const counts = effective.filter((visit) => COUNTS.some((key) => Number(visit.app?.[key] ?? 0) > 0)).pop()?.app;
  const app = Object.fromEntries(COUNTS.map((key) => [key, Number(counts?.[key] ?? 0)]));
  const sum = (/** @type {string[]} */ ...keys) => keys.reduce((total, key) => total + (app[key] ?? 0), 0);
  const installed = sum('installed_before', 'installed_now');
  return { asked: sum(...ASKED), ...app, places_installed: installed > 0 ? 1 : 0 };
}

/**
 * @param {string} place
 * @param {FoldVisit[]} effective
 * @param {import('./commitments.js').Withdrawal[]} withdrawals
 * @param {Record<string, string>} survivor
 */
function commitmentsOf(place, effective, withdrawals, survivor) {
  const given = effective.map(({ id, at, commitment }) => ({ id, at, place, method: commitment?.method ?? '' }));
  return {
    signed: given.some((each) => SIGNED.has(each.method) && !isWithdrawn(each, withdrawals, survivor)),
    offered: given.some((each) => OFFERED.has(each.method)),
  };
}
