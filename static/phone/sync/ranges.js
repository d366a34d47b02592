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

/** The same with some single numbers more. @returns {Ranges} */
export function joined(/** @type {Ranges} */ ranges, /** @type {number[]} */ numbers) {
  const single = numbers.map((n) => /** @type {[number, number]} */ ([n, n]));
  /** @type {Ranges} */
  const found = [];
  for (const [first, last] of [...ranges, ...single].sort((a, b) => a[0] - b[0])) {
    const before = found.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else found.push([first, last]);
  }
  return found;
}

/** What lies in both. @returns {Ranges} */
export function common(/** @type {Ranges} */ some, /** @type {Ranges} */ others) {
  return some.flatMap(([first, last]) =>
    others.flatMap(([from, to]) => {
      const both = /** @type {[number, number]} */ ([Math.max(first, from), Math.min(last, to)]);
      return both[0] <= both[1] ? [both] : [];
    }),
  );
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
