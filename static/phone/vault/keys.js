/**
 * How a store's keys are made, put under a PIN, and got back. WebCrypto does it all; it is asynchronous, so none of it stands
 * inside a transaction.
 *
 * @typedef {import('../types.js').SealKey} SealKey
 * @typedef {import('../types.js').Vault} Vault
 * @typedef {{root: Uint8Array<ArrayBuffer>, delivery: Uint8Array<ArrayBuffer>}} Secret what the PIN protects, 32 bytes each
 */

import { base64, bytesOf, Sealer } from './sealer.js';

/** Measured in docs/security.md: about a second on a cheap phone. */
const ROUNDS = 600_000;
export const KEY_BYTES = 32;
const IV_BYTES = 12;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const encoder = new TextEncoder();

/**
 * A key that only the server can work out again, from its private key and our public one; ours is thrown away.
 * @param {SealKey} sealKey
 */
export async function agree({ kid, key }) {
  const server = bytesOf(key);
  const theirs = await crypto.subtle.importKey('raw', server, CURVE, false, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const epk = new Uint8Array(await crypto.subtle.exportKey('raw', own.publicKey));
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256));
  const delivery = await derive(shared, 'doorknock box 1', new Uint8Array([...epk, ...server]));
  const receipt = Array.from(random(KEY_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { to: { kid, epk: base64(epk), receipt }, delivery };
}

/** @returns {Promise<Pick<Vault, 'salt' | 'rounds' | 'wrapped'>>} */
export async function wrap(/** @type {string} */ pin, /** @type {Secret} */ { root, delivery }) {
  const [salt, iv] = [random(16), random(IV_BYTES)];
  const key = await keyOf(pin, salt, ROUNDS);
  const plain = new Uint8Array([...root, ...delivery]);
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain);
  return { salt: base64(salt), rounds: ROUNDS, wrapped: base64(new Uint8Array([...iv, ...new Uint8Array(bytes)])) };
}

/**
 * What lies under the PIN; null for a wrong one.
 * @param {string} pin
 * @param {Pick<Vault, 'salt' | 'rounds' | 'wrapped'>} vault
 * @returns {Promise<Secret | null>}
 */
export async function unwrap(pin, { salt, rounds, wrapped = '' }) {
  const key = await keyOf(pin, bytesOf(salt), rounds);
  const sealed = bytesOf(wrapped);
  try {
    const way = { name: 'AES-GCM', iv: sealed.subarray(0, IV_BYTES) };
    const plain = new Uint8Array(await crypto.subtle.decrypt(way, key, sealed.subarray(IV_BYTES)));
    return { root: plain.slice(0, KEY_BYTES), delivery: plain.slice(KEY_BYTES) };
  } catch {
    return null;
  }
}

/** @param {Secret} secret @param {Vault['to']} to */
export async function sealerFrom({ root, delivery }, to) {
  const [rows, tokens] = await Promise.all([derive(root, 'doorknock rows'), derive(root, 'doorknock tokens')]);
  return new Sealer({ rows, tokens, delivery, to });
}

async function keyOf(/** @type {string} */ pin, /** @type {Uint8Array<ArrayBuffer>} */ salt, iterations = ROUNDS) {
  const base = await crypto.subtle.importKey('raw', encoder.encode(pin), 'PBKDF2', false, ['deriveKey']);
  const way = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(way, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** @param {Uint8Array<ArrayBuffer>} from @param {string} purpose @param {Uint8Array<ArrayBuffer>} [salt] */
async function derive(from, purpose, salt = new Uint8Array(0)) {
  const base = await crypto.subtle.importKey('raw', from, 'HKDF', false, ['deriveBits']);
  const way = { name: 'HKDF', hash: 'SHA-256', salt, info: encoder.encode(purpose) };
  return new Uint8Array(await crypto.subtle.deriveBits(way, base, KEY_BYTES * 8));
}

export function random(/** @type {number} */ length) {
  return crypto.getRandomValues(new Uint8Array(length));
}
