/**
 * Brings records of before under the seal, a few at a time: each step is whole, what is cut off is gone on
 * with, and in between both kinds are read alike.
 *
 * @typedef {import('../db.js').Store} Store
 * @typedef {import('./sealer.js').Sealer} Sealer
 */

import { renewCopies } from '../sync/copy.js';
import { sealerOf } from './sealers.js';
import { veil } from './veil.js';

const AT_ONCE = 200;
export const LIMIT_MS = 60_000;
/** The small ones are looked through at every unlocking: a page of an older build may have written there. */
export const ALWAYS = /** @type {const} */ (['events', 'drafts']);
export const REST = /** @type {const} */ (['rows', 'places', 'staged']);

/**
 * Seals what is not sealed yet.
 * @param {Store} db unlocked
 * @param {{all?: boolean, isLast?: boolean}} [how] all: every record is looked at; isLast: and need not be again
 */
export async function sealAll(db, { all = true, isLast = true } = {}) {
  const sealer = /** @type {Sealer} */ (sealerOf(db.name));
  await db.write(['meta'], async (tx) => {
    const identity = await tx.objectStore('meta').get('identity');
    if (identity) await tx.objectStore('meta').put(identity, 'identity');
    const vault = await tx.objectStore('meta').get('vault');
    await tx.objectStore('meta').put({ ...vault, knock: sealer.box(null).box }, 'vault');
  });
  for (const name of [...ALWAYS, ...(all ? REST : [])]) {
    await walk(
      db,
      sealer,
      name,
      (record) => isBare(name, record, sealer),
      (tx, record, key) => {
        const { box: _box, ...fresh } = sealer.open(name, record);
        return put(veil(tx, sealer), name, fresh, key);
      },
    );
  }
  if (!all) return;
  await renewCopies(db);
  if (!isLast) return;
  await db.write(['meta'], async (tx) => {
    const vault = await tx.objectStore('meta').get('vault');
    if (vault) await tx.objectStore('meta').put({ ...vault, whole: true }, 'vault');
  });
}

/** Not sealed, or in a box for a key that the server no longer has. */
function isBare(/** @type {string} */ name, /** @type {any} */ record, /** @type {Sealer} */ sealer) {
  if (name === 'rows' || name === 'staged') return !record.sealed && Boolean(record.grid);
  return !record.sealed || (record.box && record.box.kid !== sealer.kid);
}

/** Another page may have taken the lock off meanwhile: what was sealed after that nobody could open. @param {any} meta @param {Sealer} sealer */
export async function agreed(meta, sealer) {
  if (!sealer.isOf(await meta.get('vault'))) throw new Error('the lock is another one');
}

/**
 * Works through one store's records as they are stored.
 * @param {Store} db
 * @param {Sealer} sealer
 * @param {import('../types.js').StoreName} name
 * @param {(record: any) => boolean} isDue
 * @param {(tx: import('../types.js').Writing, record: any, key: any) => Promise<unknown>} work
 */
export async function walk(db, sealer, name, isDue, work) {
  /** @type {IDBKeyRange | null} */
  let rest = null;
  for (let more = true; more; ) {
    more = await db.writeStored(
      [name, 'meta'],
      async (tx) => {
        await agreed(tx.objectStore('meta'), sealer);
        const store = /** @type {any} */ (tx.objectStore(name));
        const keys = await store.getAllKeys(rest, AT_ONCE);
        const records = await store.getAll(rest, AT_ONCE);
        for (const [i, record] of records.entries()) if (isDue(record)) await work(tx, record, keys[i]);
        if (keys.length) rest = IDBKeyRange.lowerBound(keys.at(-1), true);
        return keys.length === AT_ONCE;
      },
      { limit: LIMIT_MS },
    );
  }
}

/** `staged` counts its own keys. @param {any} tx @param {string} name @param {any} record @param {any} key */
export function put(tx, name, record, key) {
  return name === 'staged' ? tx.objectStore(name).put(record, key) : tx.objectStore(name).put(record);
}
