/**
 * Opens an answer. Only a whole one under the right seal is an answer; anything else, however friendly its status,
 * came from a captive portal or was cut on the way.
 *
 * @typedef {import('../types.js').Answer} Answer
 */

import { hmacHex } from './hash.js';
import { areRanges } from './ranges.js';

const NEWLINE = 10;

/**
 * @param {Uint8Array} bytes the decoded body
 * @param {string} token
 * @returns {Answer | null} null for what is no answer
 */
export function openAnswer(bytes, token) {
  const end = bytes.length - 1;
  if (bytes[end] !== NEWLINE) return null;
  const cut = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
  if (cut === 0) return null;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const tail = JSON.parse(decoder.decode(bytes.subarray(cut, end)));
    if (tail.seal !== hmacHex(token, bytes.subarray(0, cut))) return null;
    const [first = '', ...lines] = decoder.decode(bytes.subarray(0, cut - 1)).split('\n');
    const rows = lines.map((line) => JSON.parse(line));
    return checked(JSON.parse(first), rows, tail);
  } catch {
    return null;
  }
}

/** @returns {Answer | null} */
function checked(/** @type {any} */ head, /** @type {any[]} */ rows, /** @type {any} */ tail) {
  const { tip = null, attention, blobs_wanted, forget } = head;
  const whole =
    areRanges(head.held) &&
    areRanges(head.covered ?? []) &&
    Array.isArray(head.scope) &&
    typeof head.epoch === 'string' &&
    (tip === null || (Number.isInteger(tip.n) && typeof tip.hash === 'string')) &&
    rows.every((row) => typeof row.kind === 'string' && typeof row.id === 'string' && (row.removed || row.data));
  if (!whole) return null;
  return {
    head: {
      ...head,
      tip,
      covered: head.covered ?? [],
      attention: attention ?? [],
      blobs_wanted: blobs_wanted ?? [],
      forget: forget ?? [],
      fresh: head.fresh ?? [],
    },
    rows,
    tail: { cursor: tail.cursor ?? null, more: tail.more === true },
  };
}
