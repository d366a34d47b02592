/**
 * The store of an enrolment, with typed transactions over it, and what readings of it share.
 */

import { Database } from './database.js';
import { dropKey, isShut, sealerOf } from './vault/sealers.js';
import { veil } from './vault/veil.js';

/**
 * @typedef {import('./types.js').Schema} Schema
 * @typedef {import('./types.js').StoreName} StoreName
 * @typedef {import('./types.js').Reading} Reading
 * @typedef {import('./types.js').Writing} Writing
 */

const VERSION = 1;

/** Every store, for transactions that must see all. @type {StoreName[]} */
export const ALL = ['meta', 'events', 'drafts', 'rows', 'places', 'put_off', 'staged', 'blobs'];

/**
 * Everything in a store of values under names: two questions, however much of it is wanted.
 * @param {any} store
 * @returns {Promise<Record<string, any>>}
 */
export async function named(store) {
  const [names, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
  return Object.fromEntries(names.map((/** @type {string} */ name, /** @type {number} */ i) => [name, values[i]]));
}

/** What was asked in each reading. @type {WeakMap<object, Map<string, Promise<any>>>} */
const asked = new WeakMap();

/**
 * What several parts of one reading want to know, asked once: on a slow phone every question is felt. Not where the same
 * transaction writes, for that may change the answer.
 * @template T
 * @param {object} tx
 * @param {string} what
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export function once(tx, what, ask) {
  const known = asked.get(tx) ?? new Map();
  asked.set(tx, known);
  if (!known.has(what)) known.set(what, ask());
  return known.get(what);
}

/** All of `meta`, in a reading. @param {import('./types.js').Tx} tx @returns {Promise<Record<string, any>>} */
export function metaIn(tx) {
  return once(tx, 'meta', () => named(tx.objectStore('meta')));
}

/** One enrolment's store, with typed transactions over it. */
export class Store extends Database {
  /**
   * @param {string} name
   * @param {{stays?: boolean}} [how] stays: nothing of it ever leaves this phone, nor is copied for a later sending
   */
  constructor(name, { stays = false } = {}) {
    super(name, VERSION, addStores);
    this.stays = stays;
  }

  /**
   * @template T
   * @override
   * @param {StoreName[]} stores
   * @param {(tx: Reading) => Promise<T> | T} work
   * @returns {Promise<T>}
   */
  async read(stores, work) {
    const sealer = sealerOf(this.name);
    if (!sealer) return super.read(stores, work);
    try {
      return await super.read(stores, (tx) => work(veil(tx, sealer)));
    } catch (error) {
      if (this.#isStill(sealer, await super.read(['meta'], (tx) => tx.objectStore('meta').get('vault')))) throw error;
      return super.read(stores, work);
    }
  }

  /**
   * @template T
   * @override
   * @param {StoreName[]} stores
   * @param {(tx: Writing) => Promise<T> | T} work
   * @param {{durability?: 'strict' | 'relaxed', limit?: number}} [options]
   * @returns {Promise<T>}
   */
  write(stores, work, options) {
    if (this.isShut) return Promise.reject(new Error('the store is locked'));
    const sealer = sealerOf(this.name);
    if (!sealer) return super.write(stores, work, options);
    return super.write([...new Set([...stores, 'meta'])], (tx) => this.#sealed(sealer, tx, work), options);
  }

  /** Whether it is sealed and this page holds no key: then only what is meant for it is written, with `writeStored`. */
  get isShut() {
    return isShut(this.name);
  }

  /**
   * Work under a PIN: what it puts is sealed, what it gets is opened. Nothing of it stays where another page has changed the lock
   * meanwhile, for nobody could open it.
   * @template T
   * @param {import('./vault/sealer.js').Sealer} sealer
   * @param {Writing} tx over meta, too
   * @param {(tx: Writing) => Promise<T> | T} work
   */
  async #sealed(sealer, tx, work) {
    const asked = tx.objectStore('meta').get('vault'); // answered while the work is under way
    asked.catch(() => {});
    const result = await work(veil(tx, sealer));
    if (this.#isStill(sealer, await asked)) return result;
    throw new Error('the lock is another one');
  }

  /** @param {import('./vault/sealer.js').Sealer} sealer let go where it is not @param {import('./types.js').Vault | undefined} vault */
  #isStill(sealer, vault) {
    const isSame = sealer.isOf(vault);
    if (!isSame && sealerOf(this.name) === sealer) dropKey(this.name, { open: !vault });
    return isSame;
  }

  /**
   * One writing transaction over records as they are stored, sealed or not: for locking, unlocking and what a locked phone may do.
   * @template T
   * @param {StoreName[]} stores
   * @param {(tx: Writing) => Promise<T> | T} work
   * @param {{durability?: 'strict' | 'relaxed', limit?: number}} [options]
   * @returns {Promise<T>}
   */
  writeStored(stores, work, options) {
    return super.write(stores, work, options);
  }

  /** How words stand in the index of tokens; null where they stand there themselves. */
  get mark() {
    const sealer = sealerOf(this.name);
    return sealer && ((/** @type {string} */ word) => sealer.mark(word));
  }

  /**
   * One value of `meta` by its name.
   * @template {keyof import('./types.js').Meta} K
   * @param {K} key
   * @returns {Promise<import('./types.js').Meta[K] | undefined>}
   */
  meta(key) {
    return this.read(['meta'], (tx) => tx.objectStore('meta').get(key));
  }
}

function addStores(/** @type {import('../vendor/idb@8.0.4/index.js').IDBPDatabase<Schema>} */ db) {
  db.createObjectStore('meta');
  const events = db.createObjectStore('events', { keyPath: 'n' });
  events.createIndex('id', 'id', { unique: true });
  events.createIndex('touches', 'touches', { multiEntry: true });
  events.createIndex('settled', 'settled');
  db.createObjectStore('drafts', { keyPath: 'place_id' }).createIndex('id', 'id');
  const rows = db.createObjectStore('rows', { keyPath: ['kind', 'id'] });
  rows.createIndex('kind', 'kind');
  rows.createIndex('grid', 'grid');
  rows.createIndex('place', ['kind', 'place_id']);
  rows.createIndex('day', 'day');
  rows.createIndex('merged', 'merged_into');
  rows.createIndex('shared', 'shared');
  const places = db.createObjectStore('places', { keyPath: 'id' });
  places.createIndex('order', ['listed', 'group', 'row_order', 'id']);
  places.createIndex('group_open', ['group', 'open']);
  places.createIndex('tokens', 'tokens', { multiEntry: true });
  places.createIndex('promise', 'promise');
  places.createIndex('back_on', 'back_on');
  db.createObjectStore('put_off', { keyPath: 'place_id' });
  db.createObjectStore('staged', { autoIncrement: true });
  db.createObjectStore('blobs', { keyPath: 'hash' });
}
