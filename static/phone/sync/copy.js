/**
 * What survives when IndexedDB vanishes: the frozen lines of what waits in Cache Storage, and their ids in
 * localStorage. Both are best effort: neither exists everywhere, and neither may hold up or undo a save.
 *
 * @typedef {import('../db.js').Store} Store
 */

import { append, waiting } from './journal.js';
import { thaw } from './line.js';
import { refold } from './view.js';

const CACHE = 'doorknock-unsent';
const LIMIT_MS = 1_000;
const ORIGIN = 'https://phone.invalid';

/**
 * The answer, or the default where storage is missing, refuses or takes too long.
 * @template T
 * @param {() => Promise<T>} work
 * @param {T} otherwise
 * @returns {Promise<T>}
 */
async function attempt(work, otherwise) {
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

/** Copies one frozen line, and names its id where localStorage can be reached. */
export async function keepCopy(/** @type {Store} */ db, /** @type {string} */ id, /** @type {string} */ line) {
  nameIds(db, [...namedIds(db), id]);
  if (!globalThis.caches) return;
  await attempt(async () => (await caches.open(CACHE)).put(pathOf(db, id), new Response(line)), undefined);
}

/** Brings both copies in step with what waits now. */
export async function tidyCopies(/** @type {Store} */ db) {
  const unsent = await db.read(['meta', 'events'], (tx) => waiting(asTx(tx)));
  nameIds(
    db,
    unsent.map((event) => event.id),
  );
  if (!globalThis.caches) return;
  await attempt(async () => {
    const cache = await caches.open(CACHE);
    const wanted = new Map(unsent.map((event) => [pathOf(db, event.id), event.line]));
    const prefix = pathOf(db, '');
    for (const { url } of await cache.keys()) {
      if (url.startsWith(prefix) && !wanted.delete(url)) await cache.delete(url);
    }
    for (const [url, line] of wanted) await cache.put(url, new Response(line));
  }, undefined);
}

/** The copied lines by event id. @returns {Promise<Map<string, string>>} */
async function copies(/** @type {Store} */ db) {
  if (!globalThis.caches) return new Map();
  const prefix = pathOf(db, '');
  return attempt(async () => {
    const cache = await caches.open(CACHE);
    /** @type {Map<string, string>} */
    const found = new Map();
    for (const request of await cache.keys()) {
      const line = request.url.startsWith(prefix) ? await (await cache.match(request))?.text() : undefined;
      if (line) found.set(request.url.slice(prefix.length), line);
    }
    return found;
  }, new Map());
}

/**
 * Compares what the phone knew it had with what its database has, and writes lost events down again from their copy
 * under the same ids.
 * @param {Store} db
 * @returns {Promise<{ok: boolean, lost: string[], recovered: string[]}>} lost: known but gone for good from this phone
 */
export async function canary(db) {
  const lines = await copies(db);
  const known = [...new Set([...namedIds(db), ...lines.keys()])];
  const { lost, recovered } = await db.write(['meta', 'events', 'rows', 'places'], async (tx) => {
    const ids = tx.objectStore('events').index('id');
    const present = await Promise.all(known.map((id) => ids.getKey(id)));
    const gone = known.filter((_, index) => present[index] === undefined);
    const found = gone.filter((id) => lines.has(id));
    const byNumber = found.map((id) => thaw(/** @type {string} */ (lines.get(id)))).sort((a, b) => a.n - b.n);
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

/** After the loss has been said and read: what is gone is no longer asked after. */
export function acceptLoss(/** @type {Store} */ db) {
  return tidyCopies(db);
}

function asTx(/** @type {unknown} */ tx) {
  return /** @type {import('../types.js').Tx} */ (tx);
}

function keyOf(/** @type {Store} */ db) {
  return `doorknock-canary-${db.name}`;
}

/** Missing in workers; touching it may throw in a private window. */
function local() {
  return /** @type {{localStorage?: {getItem(key: string): string | null, setItem(key: string, value: string): void}}} */ (
    globalThis
  ).localStorage;
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
