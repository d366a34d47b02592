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

/**
 * Whether a tail says no more than the sealed rows do. The seal ends before the tail, so a changed byte in a cursor would
 * otherwise let the phone skip rows for good: a cursor may stand at the last row that came, or not beyond where it stood.
 * @param {Answer} answer
 * @param {import('../types.js').Cursor | null} asked
 */
export function tailFits({ head, rows, tail: { cursor } }, asked) {
  if (!cursor || head.revoked) return true;
  const from = asked?.epoch === head.epoch ? asked : { grids: /** @type {Record<string, number>} */ ({}), shared: 0 };
  const last = Object.fromEntries(rows.flatMap((row) => (row.grid ? [[row.grid, row.seq]] : [])));
  const shared = rows.filter((row) => !row.grid).pop()?.seq;
  const fits = (/** @type {unknown} */ value, /** @type {number | undefined} */ came, before = 0) =>
    Number.isInteger(value) && (came === undefined ? Number(value) <= before : value === came);
  return (
    cursor.epoch === head.epoch &&
    Object.keys(cursor.grids ?? {})
      .sort()
      .join() === [...head.scope].sort().join() &&
    Object.entries(cursor.grids).every(([grid, value]) => fits(value, last[grid], from.grids[grid])) &&
    (head.scope.length === 0 || fits(cursor.shared, shared, from.shared))
  );
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
