/**
 * The phone's databases: one small registry, and one store for each enrolment (`db.js`). Nothing else opens IndexedDB.
 */

import { openDB } from '../vendor/idb@8.0.4/index.js';

const OPEN_LIMIT_MS = 5_000;
const WORK_LIMIT_MS = 10_000;

/** A database did not answer in time; the page offers a way out. */
export class DatabaseTimeout extends Error {
  /** @override */
  name = 'DatabaseTimeout';
}

/**
 * A promise, or DatabaseTimeout after so many milliseconds.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @returns {Promise<T>}
 */
function within(promise, ms) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseTimeout(`no answer within ${ms} ms`)), ms);
  });
  return /** @type {Promise<T>} */ (Promise.race([promise, late])).finally(() => clearTimeout(timer));
}

/** An IndexedDB that opens when first needed, and again after the browser closed it behind our back (iOS does). */
export class Database {
  /** @type {Promise<import('../vendor/idb@8.0.4/index.js').IDBPDatabase<any>> | null} */
  #opening = null;

  /**
   * @param {string} name
   * @param {number} version
   * @param {(db: import('../vendor/idb@8.0.4/index.js').IDBPDatabase<any>, from: number) => void} upgrade only adds
   */
  constructor(name, version, upgrade) {
    this.name = name;
    this.version = version;
    this.upgrade = upgrade;
  }

  #open() {
    this.#opening ??= openDB(this.name, this.version, {
      upgrade: (db, from) => this.upgrade(db, from),
      blocking: () => this.close(),
      terminated: () => this.#forget(),
    });
    this.#opening.catch(() => this.#forget());
    return within(this.#opening, OPEN_LIMIT_MS);
  }

  #forget() {
    this.#opening = null;
  }

  /** Closes it; the next use opens it again. */
  close() {
    this.#opening?.then((db) => db.close()).catch(() => {});
    this.#forget();
  }

  /**
   * One reading transaction. Only IndexedDB calls may be awaited inside.
   * @template T
   * @param {string[]} stores
   * @param {(tx: any) => Promise<T> | T} work
   * @returns {Promise<T>}
   */
  read(stores, work) {
    return this.#run(stores, 'readonly', {}, work, WORK_LIMIT_MS);
  }

  /**
   * One writing transaction, strict: resolves on `complete`, after the data has been flushed. If the work throws,
   * nothing of it stays.
   * @template T
   * @param {string[]} stores
   * @param {(tx: any) => Promise<T> | T} work
   * @param {{durability?: 'strict' | 'relaxed', limit?: number}} [options]
   * @returns {Promise<T>}
   */
  write(stores, work, { durability = 'strict', limit = WORK_LIMIT_MS } = {}) {
    return this.#run(stores, 'readwrite', { durability }, work, limit);
  }

  /**
   * @template T
   * @param {string[]} stores
   * @param {'readonly' | 'readwrite'} mode
   * @param {IDBTransactionOptions} options
   * @param {(tx: any) => Promise<T> | T} work
   * @param {number} limit
   * @returns {Promise<T>}
   */
  async #run(stores, mode, options, work, limit) {
    const tx = await this.#begin(stores, mode, options);
    try {
      return await within(settle(tx, work), limit);
    } catch (error) {
      if (error instanceof DatabaseTimeout) abort(tx);
      throw error;
    }
  }

  /**
   * @param {string[]} stores
   * @param {'readonly' | 'readwrite'} mode
   * @param {IDBTransactionOptions} options
   */
  async #begin(stores, mode, options) {
    try {
      return (await this.#open()).transaction(stores, mode, options);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'InvalidStateError') throw error;
      this.#forget();
      return (await this.#open()).transaction(stores, mode, options);
    }
  }
}

/**
 * @template T
 * @param {any} tx
 * @param {(tx: any) => Promise<T> | T} work
 * @returns {Promise<T>}
 */
async function settle(tx, work) {
  tx.done.catch(() => {});
  try {
    const result = await work(tx);
    // What was read is read; only what was written may still fail. A tap waits for several.
    if (tx.mode !== 'readonly') await tx.done;
    return result;
  } catch (error) {
    abort(tx);
    throw error;
  }
}

function abort(/** @type {any} */ tx) {
  try {
    tx.abort();
  } catch {
    // Already over.
  }
}
