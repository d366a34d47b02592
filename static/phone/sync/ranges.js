/**
 * Sorted, disjoint, inclusive ranges of numbers, as the wire writes `held` and `covered`.
 *
 * @typedef {[number, number][]} Ranges
 */

/** Whether a number lies in one of the ranges. */
export function contains(/** @type {Ranges} */ ranges, /** @type {number} */ n) {
  return ranges.some(([first, last]) => first <= n && n <= last);
}

/** How many numbers from 1 to `most` lie in the ranges. */
export function countUpTo(/** @type {Ranges} */ ranges, /** @type {number} */ most) {
  return ranges.reduce((sum, [first, last]) => sum + Math.max(0, Math.min(last, most) - first + 1), 0);
}

/** What lies between the ranges from 1 to `most`. */
export function gaps(/** @type {Ranges} */ ranges, /** @type {number} */ most) {
  /** @type {Ranges} */
  const missing = [];
  let next = 1;
  for (const [first, last] of ranges) {
    if (next <= Math.min(first - 1, most)) missing.push([next, Math.min(first - 1, most)]);
    next = Math.max(next, last + 1);
  }
  if (next <= most) missing.push([next, most]);
  return missing;
}

/** Whether something is a list of ranges as the wire promises it. */
export function areRanges(/** @type {unknown} */ value) {
  let previous = 0;
  return (
    Array.isArray(value) &&
    value.every((range) => {
      if (!Array.isArray(range) || range.length !== 2 || !range.every(Number.isInteger)) return false;
      const rises = range[0] > previous && range[1] >= range[0];
      previous = range[1];
      return rises;
    })
  );
}
