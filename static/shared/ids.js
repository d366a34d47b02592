/**
 * Ids minted on the phone: UUID version 7, so that they sort by the moment they were made.
 */

const MAX_COUNT = 0xfff;
let lastMs = 0;
let count = 0;

/** Two ids of one millisecond, or of a clock that went back, still sort in the order they were made. */
function tick(/** @type {number} */ ms) {
  if (ms > lastMs) {
    lastMs = ms;
    count = crypto.getRandomValues(new Uint8Array(1))[0] ?? 0;
  } else if (count === MAX_COUNT) {
    lastMs += 1;
    count = 0;
  } else {
    count += 1;
  }
}

/**
 * A new id.
 * @param {Date | number} [now]
 * @returns {string} a UUID version 7 in lower case
 */
export function newId(now = Date.now()) {
  tick(Number(now));
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
  const time = lastMs.toString(16).padStart(12, '0');
  const rest = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const middle = `7${count.toString(16).padStart(3, '0')}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}

/** Whether a text is a UUID of any version. */
export function isId(/** @type {unknown} */ text) {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
