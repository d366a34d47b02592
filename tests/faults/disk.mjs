/**
 * What a phone keeps when its power goes: databases, localStorage and Cache Storage. It can be copied whole, as a
 * backup or a clone does.
 */

import { IDBFactory } from 'fake-indexeddb';

export class Disk {
  /** @type {any} */
  databases = new IDBFactory();
  /** @type {Map<string, string>} */
  local = new Map();
  /** @type {Map<string, Map<string, string>>} Cache Storage: name → url → text */
  caches = new Map();

  /** A copy of everything, as of the last committed transaction. */
  copy() {
    const disk = new Disk();
    disk.local = new Map(this.local);
    disk.caches = new Map([...this.caches].map(([name, cache]) => [name, new Map(cache)]));
    for (const raw of this.databases._databases.values()) {
      disk.databases._databases.set(raw.name, cloneDatabase(raw));
    }
    return disk;
  }

  /** The rows of one store of one database; empty where there is none. @returns {any[]} */
  all(/** @type {string} */ database, /** @type {string} */ store) {
    const raw = this.databases._databases.get(database)?.rawObjectStores.get(store);
    return raw ? [...raw.records.values()].map((record) => structuredClone(record.value)) : [];
  }

  /** Everything that lies in one enrolment's name, as text. */
  textOf(/** @type {string} */ database) {
    const stores = [...(this.databases._databases.get(database)?.rawObjectStores.keys() ?? [])];
    const rows = stores.map((store) => JSON.stringify(this.all(database, store)));
    const copies = [...this.caches.values()].flatMap((cache) => [...cache].filter(([url]) => url.includes(database)));
    return [...rows, ...copies.flat()].join('\n');
  }

  /** One value by its key. */
  get(/** @type {string} */ database, /** @type {string} */ store, /** @type {any} */ key) {
    const raw = this.databases._databases.get(database)?.rawObjectStores.get(store);
    const record = raw?.records.get(key);
    return record && structuredClone(record.value);
  }

  /** The login of whoever is signed in. @returns {string | undefined} */
  get worker() {
    const store = this.get('doorknock', 'settings', 'active');
    return store && this.get('doorknock', 'enrolments', store)?.worker.username;
  }

  /** Names of the stores of enrolments. @returns {string[]} */
  enrolmentStores() {
    const names = /** @type {string[]} */ ([...this.databases._databases.keys()]);
    return names.filter((name) => name.startsWith('doorknock-'));
  }

  /** Ids of the events whose bodies are here, in a database or in the second copy. @returns {string[]} */
  eventIds() {
    const own = this.enrolmentStores().flatMap((store) => this.all(store, 'events'));
    const copies = [...this.caches.values()].flatMap((cache) => [...cache.values()]);
    const lines = [...own.flatMap(({ line }) => line ?? []), ...copies];
    return lines.map((line) => JSON.parse(line).id);
  }

  /** Ends every transaction that the given connections have open, as a power cut does: nothing of it stays. */
  static cut(/** @type {Set<any>} */ connections) {
    for (const connection of connections) {
      for (const transaction of [...connection._rawDatabase.transactions]) {
        if (transaction.db === connection && transaction._state !== 'finished') transaction._abort('AbortError');
      }
      connection.close();
    }
    connections.clear();
  }
}

/** Everything of a database but its connections; records and index entries are values and are shared no further. */
function cloneDatabase(/** @type {any} */ raw) {
  const copy = new raw.constructor(raw.name, raw.version);
  for (const [name, store] of raw.rawObjectStores) {
    const twin = new store.constructor(copy, name, store.keyPath, store.autoIncrement);
    if (store.keyGenerator) twin.keyGenerator.num = store.keyGenerator.num;
    for (const record of store.records.values()) twin.records.put(structuredClone(record));
    for (const [indexName, index] of store.rawIndexes) {
      const mirror = new index.constructor(twin, indexName, index.keyPath, index.multiEntry, index.unique);
      mirror.initialized = true;
      for (const record of index.records.values()) mirror.records.put(structuredClone(record));
      twin.rawIndexes.set(indexName, mirror);
    }
    copy.rawObjectStores.set(name, twin);
  }
  return copy;
}
