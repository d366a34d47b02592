/**
 * An event's frozen form: one line of JSON that never changes once written, chained to the line before it.
 *
 * @typedef {{n: number, id: string, kind: string, at: string, prev: string, body: Record<string, any>}} Event
 */

import { sha256Hex } from './hash.js';

export const FIRST_PREV = '0'.repeat(64);

/**
 * The event's line without its newline, and the hash that the next line will name as `prev`.
 * @param {Event} event
 * @returns {{line: string, hash: string}}
 */
export function freeze({ n, id, kind, at, prev, body }) {
  const line = JSON.stringify({ n, id, kind, at, prev, body });
  return { line, hash: sha256Hex(line) };
}

/**
 * The event that a line holds.
 * @param {string} line
 * @returns {Event}
 */
export function thaw(line) {
  return JSON.parse(line);
}
