/** A drawing as it is kept: rounded points in the order they were drawn, no times, no pressure, at most 8 KB of JSON. */

const LIMIT = 8_000;
const NEAR = 5;
const FARTHEST = 1_000;

/** @typedef {{x: number, y: number}} Point */

/**
 * Each stroke as whole numbers x, y, x, y … Points too near each other are left out, the more the longer the drawing.
 * @param {{points: Point[]}[]} groups
 * @param {number} scale from the pad's pixels to a pad 1000 wide
 * @returns {number[][]}
 */
export function rounded(groups, scale) {
  for (let near = NEAR; ; near *= 1.5) {
    const strokes = groups.map(({ points }) => thinned(points, scale, near));
    if (JSON.stringify(strokes).length <= LIMIT || near > FARTHEST) return strokes;
  }
}

/**
 * @param {Point[]} points
 * @param {number} scale
 * @param {number} near
 */
function thinned(points, scale, near) {
  /** @type {number[]} */
  const line = [];
  for (const point of points) {
    const x = Math.round(point.x * scale);
    const y = Math.round(point.y * scale);
    const [lastX, lastY] = line.slice(-2);
    if (lastX === undefined || lastY === undefined || Math.hypot(x - lastX, y - lastY) >= near) line.push(x, y);
  }
  return line;
}
