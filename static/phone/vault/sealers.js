/**
 * Who holds a key now. Keys live here and nowhere else, in this page's memory: a reload, a killed tab and the service
 * worker know none. The cipher is offered by a script of its own, loaded only where a store is sealed.
 *
 * @typedef {import('./sealer.js').Sealer} Sealer
 *
 * @typedef {object} Cipher ChaCha20-Poly1305 (RFC 8439), synchronous: awaiting WebCrypto would end an IndexedDB transaction
 * @property {(key: Uint8Array, nonce: Uint8Array, about: Uint8Array, bytes: Uint8Array, into: Uint8Array) => Uint8Array} seal
 *   into: sixteen bytes longer
 * @property {(key: Uint8Array, nonce: Uint8Array, about: Uint8Array, bytes: Uint8Array) => Uint8Array} open throws for a changed byte
 * @property {(key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array) => Uint8Array} mark the bare stream, of zeros
 */

/** @type {Map<string, Sealer>} by the name of the store */
const held = new Map();
/** Names of stores that this page knows to be sealed and holds no key of. @type {Set<string>} */
const shut = new Set();
/** @type {Cipher | null} */
let offered = null;

/** What seals and opens a store's records; null while it is locked, or was never sealed. */
export function sealerOf(/** @type {string} */ store) {
  return held.get(store) ?? null;
}

export function holdKey(/** @type {string} */ store, /** @type {Sealer} */ sealer) {
  held.set(store, sealer);
  shut.delete(store);
}

/** From now on this page opens nothing of the store; `open`: because nothing in it is sealed any more. */
export function dropKey(/** @type {string} */ store, { open = false } = {}) {
  held.get(store)?.forget();
  held.delete(store);
  if (open) shut.delete(store);
  else shut.add(store);
}

/** Whether a store is sealed, as far as this page knows, and it holds no key: nothing may be written there in plain text. */
export function isShut(/** @type {string} */ store) {
  return shut.has(store);
}

export function offerCipher(/** @type {Cipher} */ cipher) {
  offered = cipher;
}

/** @returns {Cipher} */
export function cipher() {
  if (!offered) throw new Error('the cipher has not been loaded');
  return offered;
}
