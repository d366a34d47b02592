/** A transaction seen through a sealer: what is put is sealed, what is got is opened. Only the verbs that this phone uses. */

/** @typedef {import('./sealer.js').Sealer} Sealer */

/**
 * @template T
 * @param {T} tx
 * @param {Sealer} sealer
 * @returns {T}
 */
export function veil(tx, sealer) {
  const plain = /** @type {any} */ (tx);
  const seen = {
    objectStore: (/** @type {string} */ name) => {
      const store = plain.objectStore(name);
      return sealer.knows(name) ? storeOf(store, name, sealer) : store;
    },
  };
  return /** @type {T} */ (/** @type {unknown} */ (seen));
}

/** @param {any} store @param {string} name @param {Sealer} sealer */
function storeOf(store, name, sealer) {
  const key = (/** @type {any[]} */ [first]) => (name === 'meta' ? first : undefined);
  return {
    ...readings(store, name, sealer),
    index: (/** @type {string} */ index) => readings(store.index(index), name, sealer),
    put: (/** @type {any} */ value, /** @type {any[]} */ ...rest) =>
      store.put(sealer.seal(name, value, key(rest)), ...rest),
    add: (/** @type {any} */ value, /** @type {any[]} */ ...rest) =>
      store.add(sealer.seal(name, value, key(rest)), ...rest),
    delete: (/** @type {any} */ each) => store.delete(each),
    clear: () => store.clear(),
  };
}

/** What a store and an index are asked alike. @param {any} source @param {string} name @param {Sealer} sealer */
function readings(source, name, sealer) {
  const open = (/** @type {any} */ stored) => sealer.open(name, stored);
  return {
    get: (/** @type {any} */ key) => source.get(key).then(open),
    getAll: (/** @type {any[]} */ ...range) =>
      source.getAll(...range).then((/** @type {any[]} */ all) => all.map(open)),
    getKey: (/** @type {any} */ key) => source.getKey(key),
    getAllKeys: (/** @type {any[]} */ ...range) => source.getAllKeys(...range),
    count: (/** @type {any[]} */ ...range) => source.count(...range),
    openKeyCursor: (/** @type {any[]} */ ...range) => source.openKeyCursor(...range),
    openCursor: (/** @type {any[]} */ ...range) =>
      source.openCursor(...range).then((/** @type {any} */ each) => cursorOf(each, open)),
  };
}

/** @param {any} cursor @param {(stored: any) => any} open @returns {any} */
function cursorOf(cursor, open) {
  if (!cursor) return null;
  return {
    key: cursor.key,
    primaryKey: cursor.primaryKey,
    value: open(cursor.value),
    delete: () => cursor.delete(),
    continue: (/** @type {any[]} */ ...to) =>
      cursor.continue(...to).then((/** @type {any} */ next) => cursorOf(next, open)),
  };
}
