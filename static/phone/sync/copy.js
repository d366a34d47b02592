/**
 * What survives when IndexedDB vanishes: the frozen lines of what waits in Cache Storage, and their ids in
 * localStorage. Both are best effort: neither exists everywhere, and neither may hold up or undo a save.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('../types.js').Box} Box
 * @typedef {import('../types.js').Identity} Identity
 * @typedef {import('../types.js').Tx} Tx
 */

import { bury, everAside, letGoIn, waitingAside } from '../vault/boxes.js';
import { sealerOf } from '../vault/sealers.js';
import { waiting } from './journal.js';
import { namedIds, nameIds, seesNames } from './names.js';

export const CACHE = 'doorknock-unsent';
const LIMIT_MS = 1_000;
/** The same where neither a save nor a page waits: a slow phone that has just started takes its time. */
export const PATIENCE_MS = 10_000;
/** Header of a copy: the enrolment under which it was frozen. */
export const DEVICE = 'X-Device-Id';
/** Header of a copy in a box: what the server's receipt for it is sealed with. */
export const RECEIPT = 'X-Receipt';
const ORIGIN = 'https://phone.invalid';

/**
 * The answer, or the default where storage is missing, refuses or takes too long.
 * @template T
 * @param {() => Promise<T>} work
 * @param {T} otherwise
 * @param {number} [limit] in milliseconds
 * @returns {Promise<T>}
 */
export async function attempt(work, otherwise, limit = LIMIT_MS) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limit, otherwise);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([work(), late]));
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}

function pathOf(/** @type {Store} */ db, /** @type {string} */ id) {
  const origin = globalThis.location?.origin ?? ORIGIN;
  return `${origin}/field/unsent/${db.name}/${id}`;
}

/** What is being copied. @type {Promise<unknown>} */
let copying = Promise.resolve();

/** Resolves once all that was to be copied is, or was given up. A page that says 已存好 waits for it, the save does not. */
export function copied() {
  return copying;
}

/**
 * Where copies lie, to be asked for before there is one: to open it takes a while. Null where there is no such storage.
 * @param {Store} db
 * @returns {Promise<Cache | null>}
 */
export async function copyShelf({ stays, isShut }) {
  return globalThis.caches && !stays && !isShut ? attempt(() => caches.open(CACHE), null) : null;
}

/**
 * Copies one frozen line, and names its id where localStorage can be reached. It is put in its box here and now: the store may be
 * locked before the copy is written.
 * @param {Store} db
 * @param {{id: string, line: string}} event
 * @param {Identity | undefined} identity
 * @param {Promise<Cache | null>} shelf
 */
export function keepCopy(db, { id, line }, identity, shelf) {
  nameIds(db, [...namedIds(db), id]);
  if (!globalThis.caches || db.isShut) return;
  const copy = copyOf(db, line, identity);
  copying = Promise.all([copying, attempt(async () => (await shelf)?.put(pathOf(db, id), copy), undefined)]);
}

/**
 * A line beside the enrolment whose numbers it bears: with both it can be handed in where the database is gone. Under a PIN
 * the line lies in a box.
 * @param {Store} db
 * @param {string} line
 * @param {Identity | undefined} identity
 */
function copyOf(db, line, identity) {
  const sealer = sealerOf(db.name);
  const device = identity?.device_id ?? '';
  return sealer ? boxedCopy(sealer.box(line), device) : new Response(line, { headers: { [DEVICE]: device } });
}

/** Of a box laid aside nobody here knows the enrolment; the token in it says it to the server. */
function boxedCopy(/** @type {Box} */ { kid, epk, box, receipt }, device = '') {
  return new Response(JSON.stringify({ kid, epk, box }), { headers: { [DEVICE]: device, [RECEIPT]: receipt } });
}

/**
 * All that only this phone has, by id, each with how its copy is made; null where none can be made while the store is
 * locked.
 * @param {Store} db
 * @param {Tx} tx over meta and events
 * @returns {Promise<Map<string, (() => Response) | null>>}
 */
async function wantedIn(db, tx) {
  const [unsent, aside, identity] = await Promise.all([
    waiting(tx),
    waitingAside(tx),
    tx.objectStore('meta').get('identity'),
  ]);
  // Of a sealed event that nothing opens now the box tells whether its body is still there.
  const own = unsent.filter(({ line, box }) => line ?? box);
  return new Map([
    ...own.map(
      ({ id, line }) => /** @type {const} */ ([id, line && !db.isShut ? () => copyOf(db, line, identity) : null]),
    ),
    ...aside.map((box) => /** @type {const} */ ([box.id, () => boxedCopy(box)])),
  ]);
}

/**
 * Copies made within the reading that brought what they are of: the store may be locked before they are written.
 * @param {Map<string, (() => Response) | null>} wanted
 * @param {{has: (id: string) => boolean}} [there] which need none
 */
function copiesFor(wanted, there = new Set()) {
  return [...wanted].flatMap(([id, make]) => (make && !there.has(id) ? [{ id, copy: make() }] : []));
}

/** Every copy written again, after a PIN was set or taken off. */
export async function renewCopies(/** @type {Store} */ db) {
  if (db.stays || !globalThis.caches) return;
  await copied();
  const fresh = await db.read(['meta', 'events'], async (tx) => copiesFor(await wantedIn(db, asTx(tx))));
  await write(db, { fresh, stale: [] });
}

/**
 * @param {Store} db
 * @param {{fresh: {id: string, copy: Response}[], stale: string[]}} changes
 */
function write(db, { fresh, stale }) {
  if (!fresh.length && !stale.length) return undefined;
  const work = async () => {
    const cache = await caches.open(CACHE);
    for (const id of stale) await cache.delete(pathOf(db, id));
    for (const { id, copy } of fresh) await cache.put(pathOf(db, id), copy);
  };
  return attempt(work, undefined, PATIENCE_MS);
}

/**
 * Brings both copies in step with what waits now, locked or not. A copy of an event that the database does not know is
 * the last one there is: it stays until `canary` has written it down again.
 * @param {Store} db
 */
export async function tidyCopies(db) {
  if (db.stays) return;
  const lying = await lyingCopies(db);
  const named = namedIds(db);
  const { ids, stale, fresh, buried } = await db.read(['meta', 'events', 'rows'], async (tx) => {
    const wanted = await wantedIn(db, asTx(tx));
    const strange = await unknownOf(asTx(tx), [...new Set([...named, ...(lying?.keys() ?? [])])]);
    const shown = await shownByServer(asTx(tx), strange);
    const stays = new Set([...wanted.keys(), ...strange.filter((id) => lying?.has(id) || !shown.includes(id))]);
    const bears = (/** @type {string} */ id) => !lying || lying.has(id) || !seesNames() || named.includes(id);
    return {
      ids: [...stays],
      stale: [...(lying?.keys() ?? [])].filter((id) => !stays.has(id)),
      fresh: lying && globalThis.caches ? copiesFor(wanted, lying) : [],
      buried: (await letGoIn(asTx(tx))).filter((id) => !bears(id)),
    };
  });
  const since = namedIds(db).filter((id) => !named.includes(id));
  nameIds(db, [...ids, ...since]);
  await write(db, { fresh, stale });
  if (buried.length) await db.writeStored(['meta'], (tx) => bury(tx, buried));
}

/** Those of some ids of which the database knows nothing. @returns {Promise<string[]>} */
export async function unknownOf(/** @type {Tx} */ tx, /** @type {string[]} */ ids) {
  const index = tx.objectStore('events').index('id');
  const [aside, ...keys] = await Promise.all([everAside(tx), ...ids.map((id) => index.getKey(id))]);
  return ids.filter((id, i) => keys[i] === undefined && !aside.has(id));
}

/** Those of some ids that the server has handed back as visits. @returns {Promise<string[]>} */
export async function shownByServer(/** @type {Tx} */ tx, /** @type {string[]} */ ids) {
  const rows = tx.objectStore('rows');
  const keys = await Promise.all(ids.map((id) => rows.getKey(['visit', id])));
  return ids.filter((_, i) => keys[i] !== undefined);
}

/**
 * The store's copies as they lie, by event id; null where that can't be told now. A storage that is forbidden here holds
 * none.
 * @returns {Promise<Map<string, Request> | null>}
 */
export async function lyingCopies(/** @type {Store} */ db) {
  if (!globalThis.caches) return new Map();
  await copied();
  const prefix = pathOf(db, '');
  const work = async () => {
    const requests = await (await caches.open(CACHE)).keys();
    const own = requests.filter(({ url }) => url.startsWith(prefix));
    return new Map(own.map((request) => [request.url.slice(prefix.length), request]));
  };
  return attempt(() => work().catch(noneIfForbidden), null, PATIENCE_MS);
}

/** @returns {Map<string, Request>} */
function noneIfForbidden(/** @type {unknown} */ error) {
  if (error instanceof DOMException && error.name === 'SecurityError') return new Map();
  throw error;
}

function asTx(/** @type {unknown} */ tx) {
  return /** @type {Tx} */ (tx);
}
