/**
 * What survives when IndexedDB vanishes: the frozen lines of what waits in Cache Storage, and their ids in
 * localStorage. Both are best effort: neither exists everywhere, and neither may hold up or undo a save.
 *
 * @typedef {import('../db.js').Store} Store
 */

import { sealerOf } from '../vault/sealers.js';
import { append, waiting } from './journal.js';
import { thaw } from './line.js';
import { refold } from './view.js';

export const CACHE = 'doorknock-unsent';
const CANARY = 'doorknock-canary-';
const LIMIT_MS = 1_000;
/** Header of a copy: the enrolment under which it was frozen. */
export const DEVICE = 'X-Device-Id';
/** Header of a copy in a box: what the server's receipt for it is sealed with. */
const RECEIPT = 'X-Receipt';
const ORIGIN = 'https://phone.invalid';

/**
 * The answer, or the default where storage is missing, refuses or takes too long.
 * @template T
 * @param {() => Promise<T>} work
 * @param {T} otherwise
 * @returns {Promise<T>}
 */
export async function attempt(work, otherwise) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, otherwise);
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
 * @param {import('../types.js').Identity | undefined} identity
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
 * @param {import('../types.js').Identity | undefined} identity
 */
function copyOf(db, line, identity) {
  const headers = { [DEVICE]: identity?.device_id ?? '' };
  const sealer = sealerOf(db.name);
  if (!sealer) return new Response(line, { headers });
  const { receipt, ...box } = sealer.box(line);
  return new Response(JSON.stringify(box), { headers: { ...headers, [RECEIPT]: receipt } });
}

/** Every copy written again, after a PIN was set or taken off. */
export async function renewCopies(/** @type {Store} */ db) {
  if (db.stays || !globalThis.caches) return;
  await copied();
  const { unsent, identity } = await db.read(['meta', 'events'], async (tx) => ({
    identity: await tx.objectStore('meta').get('identity'),
    unsent: await waiting(asTx(tx)),
  }));
  await attempt(async () => {
    const cache = await caches.open(CACHE);
    for (const { id, line } of unsent) await cache.put(pathOf(db, id), copyOf(db, line, identity));
  }, undefined);
}

/**
 * Brings both copies in step with what waits now. A copy of an event that the database does not know is the last one
 * there is: it stays until `canary` has written it down again, or its loss has been read.
 * @param {Store} db
 * @param {{forget?: boolean}} [how] forget: what the database does not know goes too
 */
export async function tidyCopies(db, { forget = false } = {}) {
  if (db.stays || db.isShut) return;
  const lines = await copies(db);
  const { unsent, strange, identity } = await db.read(['meta', 'events'], async (tx) => ({
    identity: await tx.objectStore('meta').get('identity'),
    unsent: await waiting(asTx(tx)),
    strange: forget ? [] : await unknownOf(asTx(tx), knownBefore(db, lines)),
  }));
  nameIds(db, [...unsent.map((event) => event.id), ...strange]);
  if (!globalThis.caches) return;
  await attempt(async () => {
    const cache = await caches.open(CACHE);
    const wanted = new Map(unsent.map((event) => [event.id, event.line]));
    for (const id of lines.keys()) {
      if (!wanted.delete(id) && !strange.includes(id)) await cache.delete(pathOf(db, id));
    }
    for (const [id, line] of wanted) await cache.put(pathOf(db, id), copyOf(db, line, identity));
  }, undefined);
}

function knownBefore(/** @type {Store} */ db, /** @type {Map<string, unknown>} */ lines) {
  return [...new Set([...namedIds(db), ...lines.keys()])];
}

/** Those of some ids that no event has. @returns {Promise<string[]>} */
async function unknownOf(/** @type {import('../types.js').Tx} */ tx, /** @type {string[]} */ ids) {
  const index = tx.objectStore('events').index('id');
  const keys = await Promise.all(ids.map((id) => index.getKey(id)));
  return ids.filter((_, i) => keys[i] === undefined);
}

/**
 * The copies by event id: lines, and boxes that nothing here opens any more.
 * @returns {Promise<Map<string, string | import('../types.js').Box>>}
 */
async function copies(/** @type {Store} */ db) {
  if (!globalThis.caches) return new Map();
  const prefix = pathOf(db, '');
  await copied();
  return attempt(async () => {
    const cache = await caches.open(CACHE);
    /** @type {Map<string, string | import('../types.js').Box>} */
    const found = new Map();
    for (const request of await cache.keys()) {
      const copy = request.url.startsWith(prefix) ? await cache.match(request) : undefined;
      const text = await copy?.text();
      if (copy && text) found.set(request.url.slice(prefix.length), lineIn(db, text, copy.headers.get(RECEIPT)));
    }
    return found;
  }, new Map());
}

/** @param {Store} db @param {string} text @param {string | null} receipt */
function lineIn(db, text, receipt) {
  if (receipt === null) return text;
  /** @type {import('../types.js').Box} */
  const box = { ...JSON.parse(text), receipt };
  return sealerOf(db.name)?.unbox(box) ?? box;
}

/**
 * Compares what the phone knew it had with what its database has, and writes lost events down again from their copy
 * under the same ids.
 * @param {Store} db
 * @returns {Promise<{ok: boolean, lost: string[], recovered: string[]}>} lost: known but gone for good from this phone
 */
export async function canary(db) {
  const lines = await copies(db);
  const known = knownBefore(db, lines);
  const { lost, recovered } = await db.write(['meta', 'events', 'rows', 'places'], async (tx) => {
    const gone = await unknownOf(asTx(tx), known);
    const found = gone.filter((id) => lines.has(id));
    const [plain, boxed] = [found.map((id) => lines.get(id)), found.map((id) => ({ id, box: lines.get(id) }))];
    await layAside(tx, boxed);
    const byNumber = plain.flatMap((line) => (typeof line === 'string' ? [thaw(line)] : [])).sort((a, b) => a.n - b.n);
    for (const { id, kind, at, body } of byNumber) {
      const touches = [body.place_id].filter(Boolean);
      await append(tx, {
        id,
        kind,
        at,
        body,
        touches,
        carried: 1,
        ...(body.supersedes ? { root: body.supersedes } : {}),
      });
      await refold(tx, touches);
    }
    return { lost: gone.filter((id) => !lines.has(id)), recovered: found };
  });
  return { ok: lost.length === 0 && recovered.length === 0, lost, recovered };
}

/** Copies in boxes that these keys do not open can still be handed in as they are. */
async function layAside(
  /** @type {import('../types.js').Writing} */ tx,
  /** @type {{id: string, box: string | import('../types.js').Box | undefined}[]} */ copied,
) {
  const meta = tx.objectStore('meta');
  const known = (await meta.get('boxes')) ?? [];
  const fresh = copied.flatMap(({ id, box }) => (typeof box === 'object' ? [{ ...box, id, n: 0 }] : []));
  const more = fresh.filter(({ id }) => !known.some((/** @type {{id: string}} */ each) => each.id === id));
  if (more.length) await meta.put([...known, ...more], 'boxes');
}

/** After the loss has been said and read: what is gone is no longer asked after. */
export function acceptLoss(/** @type {Store} */ db) {
  return tidyCopies(db, { forget: true });
}

/** Whether ids were ever named for this store, by a life of it that its database may not remember. */
export function isRemembered(/** @type {Store} */ db) {
  return namesOf().includes(keyOf(db));
}

function asTx(/** @type {unknown} */ tx) {
  return /** @type {import('../types.js').Tx} */ (tx);
}

function keyOf(/** @type {Store} */ db) {
  return `${CANARY}${db.name}`;
}

/** Missing in workers; touching it may throw in a private window. */
function local() {
  return /** @type {{localStorage?: {getItem(key: string): string | null, setItem(key: string, value: string): void}}} */ (
    globalThis
  ).localStorage;
}

/** The keys under which ids were ever named. */
export function namesOf() {
  try {
    return Object.keys(local() ?? {}).filter((name) => name.startsWith(CANARY));
  } catch {
    return [];
  }
}

/** @returns {string[]} */
function namedIds(/** @type {Store} */ db) {
  try {
    return JSON.parse(local()?.getItem(keyOf(db)) ?? '[]');
  } catch {
    return [];
  }
}

function nameIds(/** @type {Store} */ db, /** @type {string[]} */ ids) {
  try {
    local()?.setItem(keyOf(db), JSON.stringify([...new Set(ids)]));
  } catch {
    // The second copy still knows them.
  }
}
