/**
 * The ids of what waits, named in localStorage: a browser that throws a whole store away leaves them more often than
 * anything else. Workers have no localStorage, and touching it may throw in a private window.
 *
 * @typedef {import('../db.js').Store} Store
 */

const CANARY = 'doorknock-canary-';

/** @typedef {{getItem(key: string): string | null, setItem(key: string, value: string): void}} Local */

function local() {
  return /** @type {{localStorage?: Local}} */ (globalThis).localStorage;
}

function keyOf(/** @type {Store} */ db) {
  return `${CANARY}${db.name}`;
}

/** Whether names can be looked up here at all: a worker knows of none, and not that there are none. */
export function seesNames() {
  try {
    return local() !== undefined;
  } catch {
    return true;
  }
}

/** The ids named for a store. @returns {string[]} */
export function namedIds(/** @type {Store} */ db) {
  try {
    return JSON.parse(local()?.getItem(keyOf(db)) ?? '[]');
  } catch {
    return [];
  }
}

/** Names these ids for a store, and no others. */
export function nameIds(/** @type {Store} */ db, /** @type {string[]} */ ids) {
  try {
    local()?.setItem(keyOf(db), JSON.stringify([...new Set(ids)]));
  } catch {
    // The second copy still knows them.
  }
}

/** The keys under which ids were ever named. */
export function namesOf() {
  try {
    return Object.keys(local() ?? {}).filter((name) => name.startsWith(CANARY));
  } catch {
    return [];
  }
}

/** Whether ids were ever named for this store, by a life of it that its database may not remember. */
export function isRemembered(/** @type {Store} */ db) {
  return namesOf().includes(keyOf(db));
}
