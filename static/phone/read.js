/**
 * What screens may ask. Every answer comes from the store alone and is true on a cold start.
 */

/** @typedef {import('./db.js').Store} Store */
/** @typedef {import('./types.js').Data} Data */
/** @typedef {import('./types.js').Tx} Tx */
/** @typedef {import('./types.js').PlaceView} PlaceView */
/** @typedef {import('./types.js').ListRow} ListRow */
/** @typedef {import('../shared/dates.js').Moment} Moment */
/** @typedef {Data & {id: string}} Round a campaign, with its commitment text and its materials */
/** @typedef {{id: string, place: Data & {id: string}, draft: import('./types.js').Draft | null}} Door `id`: of the one that stands for it */
/** @typedef {{all: Round[], running: Round[]}} Rounds `all`: also those that are over; `running`: now, the current one first */

import { dayOf } from '../shared/dates.js';
import { metaIn, once } from './db.js';
import { namesIn } from './groups.js';
import { LISTS, rowWith, viewIn } from './lists.js';
import { nextIn } from './next.js';
import { campaignsAmong } from './sync/freshen.js';
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
  const [meta, names, ...stored] = await Promise.all([metaIn(tx), namesIn(tx), ...storedAt(tx, id)]);
  const context = contextOf(meta);
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
  return [viewIn(tx, id), tx.objectStore('drafts').get(id)];
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
  const [row, given, event, meta] = await Promise.all([
    tx.objectStore('rows').get(['visit', id]),
    tx.objectStore('rows').get(['commitment', id]),
    tx.objectStore('events').index('id').get(id),
    metaIn(tx),
  ]);
  const own = event?.line ? entryOf(event, contextOf(meta)) : null;
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
    const visit = await visitIn(tx, id);
    const [door, rounds, names] = await Promise.all([
      doorIn(tx, String(visit?.place_id ?? '')),
      roundsIn(tx, now),
      namesIn(tx),
    ]);
    return visit && door && { visit, door, next: await nextIn(tx, door.id, now), rounds, names };
  });
}

/**
 * What saving a form needs to know and shows afterwards, for the save changes nothing of it: the door, the one that stands for it where
 * it was merged away, what lies there half-written, the next door, and the campaigns.
 * @param {Store} db
 * @param {string} id
 * @param {Moment} now
 * @returns {Promise<{door: Door | null, next: ListRow | null, rounds: Rounds, names: Map<string, string>}>} `door` is null where this
 *   phone knows no such place
 */
export function doorForForm(db, id, now) {
  return db.read(LISTS, async (tx) => {
    const after = nextIn(tx, id, now); // leads to a further question, so it is asked first
    const [rounds, names, door, next] = await Promise.all([roundsIn(tx, now), namesIn(tx), doorIn(tx, id), after]);
    if (!door || door.id === id) return { door, next, rounds, names };
    return { door, next: await nextIn(tx, door.id, now), rounds, names };
  });
}

/** What lies half-written at a door; null where this phone knows no such place. @param {Store} db @param {string} id */
export function draftAt(db, id) {
  return db.read(LISTS, (tx) => doorIn(tx, id));
}

/** @param {Tx} tx @param {string} id @returns {Promise<Door | null>} */
async function doorIn(tx, id) {
  const [row, ...stored] = await Promise.all([tx.objectStore('rows').get(['place', id]), ...storedAt(tx, id)]);
  const stands = row?.merged_into ? (await placeIn(tx, id))?.place.id : id;
  const [view, draft = null] = !stands || stands === id ? stored : await Promise.all(storedAt(tx, stands));
  return view && stands ? { id: stands, place: { ...view.data, id: stands }, draft } : null;
}

/**
 * What a form is drawn from: the door, the visit that already bears the form's id, the visit that it corrects, and the campaigns.
 * @param {Store} db
 * @param {{door: string, visit: string, supersedes: string}} ids '' where there is none
 * @param {Moment} now
 */
export function formPage(db, { door, visit, supersedes }, now) {
  return db.read(LISTS, async (tx) => {
    const [found, made, earlier, rounds] = await Promise.all([
      placeIn(tx, door),
      visit ? visitIn(tx, visit) : null,
      supersedes ? visitIn(tx, supersedes) : null,
      roundsIn(tx, now),
    ]);
    return { found, made, earlier, rounds };
  });
}

/**
 * The campaign of a form: the one it was opened in, for a draft or a correction does not change campaigns by itself; else the
 * current one.
 * @param {Rounds} rounds
 * @param {string | undefined} named id of the campaign
 */
export function roundOf({ all, running }, named) {
  return all.find(({ id }) => id === named) ?? running[0] ?? null;
}

/** @returns {Promise<Rounds>} */
export function rounds(/** @type {Store} */ db, /** @type {Moment} */ now) {
  return db.read(['rows', 'meta'], (tx) => roundsIn(tx, now));
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

/** The campaign that new visits are for, with its commitment text; null between campaigns. @returns {Promise<Round | null>} */
export async function campaign(/** @type {Store} */ db, /** @type {Moment} */ now = new Date()) {
  const [current] = await campaigns(db, now);
  return current ?? null;
}

/** The campaigns that run now, the current one first. @returns {Promise<Round[]>} */
export async function campaigns(/** @type {Store} */ db, /** @type {Moment} */ now) {
  return (await rounds(db, now)).running;
}

/**
 * Materials of the server's own list stand in for a campaign that brings none.
 * @param {Tx} tx
 * @param {Moment} now
 * @returns {Promise<Rounds>}
 */
function roundsIn(tx, now) {
  return once(tx, 'campaigns', async () => {
    const kinds = tx.objectStore('rows').index('kind');
    const [meta, rows, materials] = await Promise.all([metaIn(tx), kinds.getAll('campaign'), kinds.getAll('material')]);
    const common = materials.map(({ id, data }) => ({ ...data, id }));
    const described = (/** @type {import('./types.js').Row} */ { id, data }) => {
      return { ...data, id, materials: data.materials ?? common };
    };
    return { all: rows.map(described), running: campaignsAmong(rows, meta, dayOf(now)).map(described) };
  });
}
