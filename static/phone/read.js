/**
 * What screens may ask. Every answer comes from the store alone and is true on a cold start.
 */

/** @typedef {import('./db.js').Store} Store */
/** @typedef {import('./types.js').Data} Data */
/** @typedef {import('./types.js').Tx} Tx */
/** @typedef {import('./types.js').PlaceView} PlaceView */
/** @typedef {import('../shared/dates.js').Moment} Moment */

import { dayOf } from '../shared/dates.js';
import { LISTS, rowOf } from './lists.js';
import { campaignsOn } from './sync/freshen.js';
import { contextOf, entryOf, knownOf } from './sync/history.js';
import { foldKnown } from './sync/view.js';
import { laneOf } from './today.js';

export { groups, plates, regionNames, tally, tick, ticked } from './groups.js';
export { list, search } from './lists.js';
export { choose } from './sync/freshen.js';
export { exportFile, filed, firstHeldDay, overdue, skew, strip, syncPage } from './sync/report.js';
export { today } from './today.js';
export { walked } from './walked.js';

/**
 * Everything the place page shows; null where this phone knows no such place. A merged place answers as the one it
 * went into. `history` is newest first and keeps superseded visits, marked with `superseded_by`.
 * @param {Store} db
 * @param {string} id
 * @param {Moment} now
 */
export function placePage(db, id, now) {
  return db.read(LISTS, async (tx) => {
    const context = await contextOf(tx);
    const known = await knownOf(tx, id, context);
    const view = await tx.objectStore('places').get(known.id);
    if (!view) return null;
    const { effective, superseded_by } = foldKnown(known, context.campaign);
    const next = await nextOf(tx, view, dayOf(now));
    return {
      ...(await rowOf(tx, view)),
      history: historyOf(known, superseded_by),
      draft: (await tx.objectStore('drafts').get(known.id)) ?? null,
      commitment: commitmentOf(known, effective),
      next: next && (await rowOf(tx, next)),
    };
  });
}

/**
 * What happened here, newest first; a visit that was moved to another door is not shown as made here.
 * @param {import('./sync/history.js').Known} known
 * @param {Record<string, string>} superseded_by
 */
function historyOf({ id, entries, commitments, survivor }, superseded_by) {
  const here = entries.filter((entry) => !entry.void && (survivor[entry.place_id] ?? entry.place_id) === id);
  return here.reverse().map((entry) => ({
    ...entry,
    commitment: commitments.get(entry.id) ?? entry.commitment ?? null,
    superseded_by: superseded_by[entry.id] ?? entry.superseded_by ?? null,
  }));
}

/** The latest commitment that an effective visit carries; method `not_asked` is none. */
function commitmentOf(
  /** @type {import('./sync/history.js').Known} */ { commitments, withdrawals },
  /** @type {Data[]} */ effective,
) {
  const visit = effective.filter(({ commitment }) => commitment?.method && commitment.method !== 'not_asked').pop();
  if (!visit) return null;
  const { method, version = null, withdrawn_at = null } = visit.commitment;
  const own = withdrawals.find(({ commitment_id, at }) =>
    commitment_id ? commitment_id === visit.id : at >= visit.at,
  );
  return {
    id: String(visit.id),
    method: String(method),
    version,
    at: String(visit.at),
    withdrawn_at: withdrawn_at ?? commitments.get(visit.id)?.withdrawn_at ?? own?.at ?? null,
  };
}

/** The next door still to go: further down this group, from its top again, then in the other ticked groups. */
async function nextOf(/** @type {Tx} */ tx, /** @type {PlaceView} */ view, /** @type {string} */ day) {
  const codes = (await tx.objectStore('meta').get('ticked')) ?? [];
  for (const group of [view.group, ...codes.filter((/** @type {string} */ code) => code !== view.group)]) {
    const lane = (await laneOf(tx, group, day)).filter((each) => each.id !== view.id);
    const later = lane.filter((each) => each.last && dayOf(each.last.visited_at) === day);
    const fresh = lane.filter((each) => !later.includes(each));
    const after = group === view.group ? fresh.find((each) => each.row_order > view.row_order) : undefined;
    if (after ?? fresh[0]) return after ?? fresh[0] ?? null;
  }
  return null;
}

/**
 * One visit, the server's row or one's own event; null where this phone holds none. The wire never sends a signature's strokes,
 * its text's hash or a paper's number back, so they come from one's own event as long as this phone keeps its body.
 */
export function visit(/** @type {Store} */ db, /** @type {string} */ id) {
  return db.read(['rows', 'events', 'meta'], async (tx) => {
    const row = await tx.objectStore('rows').get(['visit', id]);
    const given = await tx.objectStore('rows').get(['commitment', id]);
    const event = await tx.objectStore('events').index('id').get(id);
    const own = event?.line ? entryOf(event, await contextOf(tx)) : null;
    const answered = given?.data ?? row?.data.commitment;
    const photos = own?.photos ? { photos: own.photos } : {};
    return row
      ? { ...row.data, ...photos, id, commitment: answered ? { ...own?.commitment, ...answered } : null }
      : own;
  });
}

/** The grids that the server's last answer gave this worker; null before there was one. @returns {Promise<string[] | null>} */
export async function gridsHeld(/** @type {Store} */ db) {
  return (await db.meta('contact'))?.scope ?? null;
}

/** Names of the grids this phone knows, by code. @returns {Promise<Map<string, string>>} */
export async function gridNames(/** @type {Store} */ db) {
  const rows = await db.read(['rows'], (tx) => tx.objectStore('rows').index('kind').getAll('grid'));
  return new Map(rows.map(({ id, data }) => [id, String(data.name ?? '')]));
}

/**
 * The village that a group lies in; null where this phone does not know it.
 * @param {Store} db
 * @param {string | null | undefined} group
 * @returns {Promise<{name: string, phone: string} | null>} phone is '' where the village has given none
 */
export function villageOf(db, group) {
  return db.read(['rows'], async (tx) => {
    const parent = (await tx.objectStore('rows').get(['region', group ?? '']))?.data.parent ?? '';
    const village = await tx.objectStore('rows').get(['region', parent]);
    return village ? { name: String(village.data.name ?? ''), phone: String(village.data.phone ?? '') } : null;
  });
}

/** The campaign that new visits are for, with its commitment text; null between campaigns. @returns {Promise<(Data & {id: string}) | null>} */
export async function campaign(/** @type {Store} */ db, /** @type {Moment} */ now = new Date()) {
  const [current] = await campaigns(db, now);
  return current ?? null;
}

/** The campaigns that run now, the current one first. @returns {Promise<(Data & {id: string})[]>} */
export function campaigns(/** @type {Store} */ db, /** @type {Moment} */ now) {
  return db.read(['rows', 'meta'], async (tx) => {
    const materials = await materialsOf(tx);
    return (await campaignsOn(tx, dayOf(now))).map((row) => described(row, materials));
  });
}

/** A campaign by its id, also one that is over; null where this phone does not hold it. @returns {Promise<(Data & {id: string}) | null>} */
export function campaignNamed(/** @type {Store} */ db, /** @type {string} */ id) {
  return db.read(['rows'], async (tx) => {
    const row = await tx.objectStore('rows').get(['campaign', id]);
    return row ? described(row, await materialsOf(tx)) : null;
  });
}

/** Materials of the server's own list, for campaigns that bring none. @returns {Promise<Data[]>} */
async function materialsOf(/** @type {Tx} */ tx) {
  const rows = await tx.objectStore('rows').index('kind').getAll('material');
  return rows.map(({ id, data }) => ({ ...data, id }));
}

function described(/** @type {import('./types.js').Row} */ { id, data }, /** @type {Data[]} */ materials) {
  return { ...data, id, materials: data.materials ?? materials };
}
