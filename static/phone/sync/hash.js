/**
 * SHA-256 and HMAC, synchronous: awaiting WebCrypto inside an IndexedDB transaction would end it, and WebCrypto is
 * missing on plain http.
 */

import { hmac } from '../../vendor/noble-hashes@2.4.0/hmac.js';
import { sha256 } from '../../vendor/noble-hashes@2.4.0/sha2.js';

const encoder = new TextEncoder();

function bytesOf(/** @type {string | Uint8Array} */ data) {
  return typeof data === 'string' ? encoder.encode(data) : data;
}

function hex(/** @type {Uint8Array} */ bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Lower-case hex SHA-256 of a text's UTF-8 bytes, or of bytes. */
export function sha256Hex(/** @type {string | Uint8Array} */ data) {
  return hex(sha256(bytesOf(data)));
}

/** The same in base64, as Content-Digest wants it. */
export function sha256Base64(/** @type {string | Uint8Array} */ data) {
  return btoa(String.fromCharCode(...sha256(bytesOf(data))));
}

/** Lower-case hex HMAC-SHA256 of a message under a text's UTF-8 bytes. */
export function hmacHex(/** @type {string} */ key, /** @type {Uint8Array} */ message) {
  return hex(hmac(sha256, bytesOf(key), message));
}
