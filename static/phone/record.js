/**
 * What a worker does, written down: each is one strict transaction of event, local view and draft, and resolves on
 * `complete`. An event never changes again; recording under a known id answers the first and writes nothing.
 *
 * @typedef {import('./db.js').Store} Store
 * @typedef {import('./types.js').Data} Data
 * @typedef {import('./types.js').Writing} Writing
 * @typedef {import('./sync/line.js').Event} Event
 * @typedef {import('../shared/dates.js').Moment} Moment
 */

import { dayOf, instant, stamp } from '../shared/dates.js';
import { newId } from '../shared/ids.js';
import { named } from './db.js';
import { copyShelf, keepCopy } from './sync/copy.js';
import { sha256Hex } from './sync/hash.js';
import { append, counterIn } from './sync/journal.js';
import { thaw } from './sync/line.js';
import { counts } from './sync/report.js';
import { announce } from './sync/saved.js';
import { refold } from './sync/view.js';

/** @typedef {Event & {strip: ReturnType<typeof counts>}} Recorded the event, and what the strip says now that it is there */

/** @type {import('./types.js').StoreName[]} */
const STORES = ['meta', 'events', 'drafts', 'rows', 'places', 'put_off'];

/**
 * Records an event of any kind.
 * @param {Store} db
 * @param {object} event
 * @param {string} [event.id] a repeated attempt must bring the same
 * @param {string} event.kind
 * @param {Data} event.body
 * @param {Moment} event.now
 * @returns {Promise<Recorded>} as written; `body` is {} where the first was written long ago and its body is gone
 */
export async function record(db, { id = newId(), kind, body, now }) {
  const shelf = copyShelf(db);
  const { event, line, identity, strip } = await db.write(STORES, async (tx) => {
    const [first, draft, meta] = await Promise.all([
      tx.objectStore('events').index('id').get(id),
      tx.objectStore('drafts').index('id').getKey(id),
      named(tx.objectStore('meta')),
    ]);
    if (draft) await tx.objectStore('drafts').delete(draft);
    const { identity } = meta;
    if (first) return { event: shown(first), line: null, identity, strip: counts(meta) };
    const kept = await write(tx, { id, kind, body, now }, meta);
    return { event: thaw(kept.line), line: kept.line, identity, strip: counts({ ...meta, counter: kept }) };
  });
  if (line && !db.stays) {
    announce(db.name);
    keepCopy(db, { id: event.id, line }, identity, shelf);
  }
  return { ...event, strip };
}

/** An event without a line was written long ago. */
function shown(/** @type {import('./types.js').KeptEvent} */ { n, id, kind, at, line }) {
  return line ? thaw(line) : { n, id, kind, at, prev: '', body: {} };
}

/**
 * @param {Writing} tx
 * @param {{id: string, kind: string, body: Data, now: Moment}} event
 * @param {Record<string, any>} meta
 */
async function write(tx, { id, kind, body, now }, meta) {
  const { places, root, after } = await reach(tx, kind, body);
  const at = stamp(Math.max(Number(now), after));
  const event = { id, kind, at, body, touches: places, carried: 0, ...(root ? { root } : {}) };
  // What is asked after the line was put sees it, so the one need not wait for the other.
  const isOfPlace = kind === 'place_new' || kind === 'place_edit';
  const [kept] = await Promise.all([
    append(tx, event, counterIn(meta)),
    refold(tx, places, isOfPlace ? undefined : meta),
  ]);
  return kept;
}

/**
 * Which places an event changes, the family of what stands in another's place, and the instant that its `at` must lie behind: a
 * correction made after the clock went back would otherwise lose against what it corrects.
 * @param {Writing} tx
 * @param {string} kind
 * @param {Data} body
 * @returns {Promise<{places: string[], root?: string, after: number}>}
 */
async function reach(tx, kind, body) {
  const places = new Set([body.place_id, body.duplicate_of].filter(Boolean));
  if (body.supersedes) {
    const { root, members } = await familyOf(tx, body.supersedes);
    for (const member of members) places.add(member.place);
    const latest = Math.max(0, ...members.map((member) => instant(member.at)));
    return { places: [...places].filter(Boolean), root, after: latest ? Math.floor(latest) + 1 : 0 };
  }
  if (kind === 'commitment_withdrawal' && body.commitment_id) {
    const visit = await memberOf(tx, body.commitment_id);
    if (visit?.place) places.add(visit.place);
  }
  if (kind === 'explanation') {
    const row = await tx.objectStore('rows').get(['ask', body.item_id]);
    if (row?.place_id) places.add(row.place_id);
  }
  return { places: [...places], after: 0 };
}

/** @returns {Promise<{id: string, root: string, at: string, place: string} | null>} */
async function memberOf(/** @type {Writing} */ tx, /** @type {string} */ id) {
  const event = await tx.objectStore('events').index('id').get(id);
  if (event) return { id, root: event.root ?? id, at: event.at, place: event.touches[0] ?? '' };
  const row = await tx.objectStore('rows').get(['visit', id]);
  if (!row) return null;
  return { id, root: row.data.root_id ?? row.data.supersedes ?? id, at: row.data.at, place: row.data.place_id };
}

/** A visit and what is known of its corrections. */
async function familyOf(/** @type {Writing} */ tx, /** @type {string} */ id) {
  const target = await memberOf(tx, id);
  const root = target?.root ?? id;
  const first = await memberOf(tx, root);
  const members = [target, first].flatMap((member) => member ?? []);
  const own = await tx.objectStore('events').index('settled').getAll(0);
  for (const event of own.filter((each) => each.root === root)) {
    members.push(...event.touches.map((place) => ({ id: event.id, root, at: event.at, place })));
  }
  return { root, members };
}

/**
 * Keeps a half-filled form. A draft that comes after its visit was saved (a late timer) is not kept.
 * @param {Store} db
 * @param {import('./types.js').Draft} draft
 */
export function saveDraft(db, draft) {
  return db.write(
    ['drafts', 'events'],
    async (tx) => {
      const saved = await tx.objectStore('events').index('id').getKey(draft.id);
      if (saved === undefined) await tx.objectStore('drafts').put(draft);
    },
    { durability: 'relaxed' },
  );
}

/** Throws a half-filled form away. */
export function dropDraft(/** @type {Store} */ db, /** @type {string} */ place_id) {
  return db.write(['drafts'], (tx) => tx.objectStore('drafts').delete(place_id));
}

/** @typedef {{id?: string, body: Data, now: Moment}} Deed */

/** A visit; `id` is the id its form had from the moment it was opened. */
export function saveVisit(/** @type {Store} */ db, /** @type {Deed & {id: string}} */ { id, body, now }) {
  return record(db, { id, kind: 'visit', body, now });
}

/** A whole visit in place of one's own earlier one; `body` names the place, another one where the door was mistaken. */
export function correct(
  /** @type {Store} */ db,
  /** @type {Deed & {supersedes: string}} */ { id, supersedes, body, now },
) {
  return record(db, { id, kind: 'correction', body: { supersedes, ...body }, now });
}

/** Takes back what one has told: a visit, an activity or a posting. */
export function voidVisit(
  /** @type {Store} */ db,
  /** @type {{id?: string, supersedes: string, reason?: string, now: Moment}} */ { id, supersedes, reason, now },
) {
  return record(db, { id, kind: 'correction', body: { supersedes, void: true, reason }, now });
}

/**
 * An activity or a posting; `body.supersedes` names one's own earlier one in whose place it stands. `voidVisit` takes one back.
 * @param {Store} db
 * @param {{id: string, kind: 'activity' | 'posting', body: Data, now: Moment}} deed
 */
export function tell(db, deed) {
  return record(db, deed);
}

/** The household takes back one commitment, or all that it has given at this place until now. */
export function withdraw(
  /** @type {Store} */ db,
  /** @type {{id?: string, commitment_id?: string, place_id?: string, now: Moment}} */ deed,
) {
  const { id, commitment_id, place_id, now } = deed;
  const body = commitment_id ? { commitment_id } : { place_id };
  return record(db, { id, kind: 'commitment_withdrawal', body, now });
}

/** A place missing from the roster; its id is `body.place_id`, minted here where the form has none. */
export function newPlace(/** @type {Store} */ db, /** @type {Deed} */ { id, body, now }) {
  return record(db, { id, kind: 'place_new', body: { ...body, place_id: body.place_id ?? newId(now) }, now });
}

/** Changed fields of a place: `body` is {place_id, …only what changed}. */
export function editPlace(/** @type {Store} */ db, /** @type {Deed} */ { id, body, now }) {
  return record(db, { id, kind: 'place_edit', body, now });
}

/** A note about a place: `body` is {place_id, report: away | wrong | duplicate, duplicate_of?}. */
export function reportPlace(/** @type {Store} */ db, /** @type {Deed} */ { id, body, now }) {
  return record(db, { id, kind: 'place_report', body, now });
}

/** 往后放: the place stands at the end of today's list. Kept on the phone only. */
export function putOff(/** @type {Store} */ db, /** @type {string} */ place_id, /** @type {Moment} */ now) {
  return db.write(['put_off'], (tx) => tx.objectStore('put_off').put({ place_id, day: dayOf(now), at: stamp(now) }));
}

/**
 * Keeps a photo until the server has asked for it and has it.
 * @param {Store} db
 * @param {Uint8Array<ArrayBuffer>} bytes already stripped of EXIF
 * @returns {Promise<string>} its sha256, to be named in a body's `photos`
 */
export async function keepBlob(db, bytes) {
  const hash = sha256Hex(bytes);
  await db.write(['blobs'], (tx) => tx.objectStore('blobs').put({ hash, bytes }));
  return hash;
}
