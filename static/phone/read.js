/**
 * What screens may ask. Every answer comes from the store alone and is true on a cold start.
 */

/** @typedef {import('./db.js').Store} Store */
/** @typedef {import('./types.js').Data} Data */
/** @typedef {import('./types.js').Tx} Tx */
/** @typedef {import('./types.js').PlaceView} PlaceView */
/** @typedef {import('../shared/dates.js').Moment} Moment */

import { dayOf } from '../shared/dates.js';
import { namesIn } from './groups.js';
import { LISTS, rowWith } from './lists.js';
import { nextIn } from './next.js';
import { campaignsOn } from './sync/freshen.js';
import { contextOf, entryOf, knownOf } from './sync/history.js';
import { shelfAround } from './sync/shelf.js';
import { foldKnown } from './sync/view.js';

export { groups, regionNames, tick, ticked } from './groups.js';
export { search } from './lists.js';
export { roster } from './roster.js';
export { choose } from './sync/freshen.js';
export { exportFile, filed, firstHeldDay, overdue, skew, strip, syncPage } from './sync/report.js';
export { today } from './today.js';
export { walked } from './walked.js';

/**
 * Everything the place page shows; null where this phone knows no such place. A merged place answers as the one it
 * went into. `history` is newest first and keeps superseded visits, marked with `superseded_by`.
 * @param {Store} db
 * @param {string} id
 */
export function placePage(db, id) {
  return db.read(LISTS, (tx) => placeIn(tx, id));
}

async function placeIn(/** @type {Tx} */ tx, /** @type {string} */ id) {
  const shelf = shelfAround(tx, id);
  const [context, names, ...stored] = await Promise.all([contextOf(tx), namesIn(tx), ...storedAt(tx, id)]);
  const known = await knownOf(tx, id, context, shelf);
  const [view, draft] = known.id === id ? stored : await Promise.all(storedAt(tx, known.id));
  if (!view) return null;
  const { effective, superseded_by } = foldKnown(known, context.campaign);
  return {
    ...rowWith(view, draft !== undefined),
    group: names.get(view.group) ?? '',
    history: historyOf(known, superseded_by),
    draft: draft ?? null,
    commitment: commitmentOf(known, effective),
  };
}

/** @returns {[Promise<PlaceView | undefined>, Promise<import('./types.js').Draft | undefined>]} */
function storedAt(/** @type {Tx} */ tx, /** @type {string} */ id) {
  return [tx.objectStore('places').get(id), tx.objectStore('drafts').get(id)];
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

/**
 * One visit, the server's row or one's own event; null where this phone holds none. The wire never sends a signature's strokes,
 * its text's hash or a paper's number back, so they come from one's own event as long as this phone keeps its body.
 */
export function visit(/** @type {Store} */ db, /** @type {string} */ id) {
  return db.read(['rows', 'events', 'meta'], (tx) => visitIn(tx, id));
}

/** @returns {Promise<Data | null>} */
async function visitIn(/** @type {Tx} */ tx, /** @type {string} */ id) {
  const [row, given, event, context] = await Promise.all([
    tx.objectStore('rows').get(['visit', id]),
    tx.objectStore('rows').get(['commitment', id]),
    tx.objectStore('events').index('id').get(id),
    contextOf(tx),
  ]);
  const own = event?.line ? entryOf(event, context) : null;
  const answered = given?.data ?? row?.data.commitment;
  const photos = own?.photos ? { photos: own.photos } : {};
  return row ? { ...row.data, ...photos, id, commitment: answered ? { ...own?.commitment, ...answered } : null } : own;
}

/**
 * What the page after a save shows, in one reading; null where this phone holds no such visit, or not its door. The next door of one
 * that was merged away is that of the one which stands for it.
 * @param {Store} db
 * @param {string} id
 * @param {Moment} now
 */
export function savedVisit(db, id, now) {
  return db.read(LISTS, async (tx) => {
    const around = Promise.all([campaignsIn(tx, now), namesIn(tx)]);
    const visit = await visitIn(tx, id);
    const at = String(visit?.place_id ?? '');
    const [found, after] = await Promise.all([placeIn(tx, at), nextIn(tx, at, now)]);
    const [[campaign = null], names] = await around;
    if (!visit || !found) return null;
    const next = found.place.id === at ? after : await nextIn(tx, found.place.id, now);
    return { visit, found, next, campaign, names };
  });
}

/**
 * The door that a form is for, and its campaign.
 * @param {Store} db
 * @param {string} id
 * @param {string | undefined} named id of the campaign
 * @param {Moment} now
 */
export function doorForForm(db, id, named, now) {
  return db.read(LISTS, async (tx) => {
    const [found, round] = await Promise.all([placeIn(tx, id), campaignFor(tx, named, now)]);
    return { found, round };
  });
}

/**
 * The campaign of a form: the one it was opened in, for a draft or a correction does not change campaigns by itself; else the
 * current one.
 * @param {Store} db
 * @param {string | undefined} named id of the campaign
 * @param {Moment} now
 * @returns {Promise<(Data & {id: string}) | null>}
 */
export function formCampaign(db, named, now) {
  return db.read(['rows', 'meta'], (tx) => campaignFor(tx, named, now));
}

/** @param {Tx} tx @param {string | undefined} named @param {Moment} now @returns {Promise<(Data & {id: string}) | null>} */
async function campaignFor(tx, named, now) {
  const [given, [current = null]] = await Promise.all([named ? campaignIn(tx, named) : null, campaignsIn(tx, now)]);
  return given ?? current;
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
  return db.read(['rows', 'meta'], (tx) => campaignsIn(tx, now));
}

async function campaignsIn(/** @type {Tx} */ tx, /** @type {Moment} */ now) {
  const [materials, found] = await Promise.all([materialsOf(tx), campaignsOn(tx, dayOf(now))]);
  return found.map((row) => described(row, materials));
}

/** A campaign by its id, also one that is over; null where this phone does not hold it. */
async function campaignIn(/** @type {Tx} */ tx, /** @type {string} */ id) {
  const [row, materials] = await Promise.all([tx.objectStore('rows').get(['campaign', id]), materialsOf(tx)]);
  return row ? described(row, materials) : null;
}

/** Materials of the server's own list, for campaigns that bring none. @returns {Promise<Data[]>} */
async function materialsOf(/** @type {Tx} */ tx) {
  const rows = await tx.objectStore('rows').index('kind').getAll('material');
  return rows.map(({ id, data }) => ({ ...data, id }));
}

function described(/** @type {import('./types.js').Row} */ { id, data }, /** @type {Data[]} */ materials) {
  return { ...data, id, materials: data.materials ?? materials };
}
