/**
 * Days and instants. A day is a Shanghai day, whatever zone the phone is set to; China has had no
 * summer time since 1991, so the offset is fixed.
 *
 * @typedef {Date | number} Moment a Date or milliseconds since 1970
 */

const OFFSET_MS = 8 * 3600_000;
const DAY_MS = 24 * 3600_000;
const INSTANT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/;
const HOURS = { morning: 10, afternoon: 15 };

/** The moment as RFC 3339 in Shanghai time with milliseconds: 2026-11-21T08:20:11.123+08:00. */
export function stamp(/** @type {Moment} */ moment) {
  return new Date(Number(moment) + OFFSET_MS).toISOString().replace('Z', '+08:00');
}

/** Milliseconds since 1970 of an RFC 3339 text; NaN where it is none. */
export function instant(/** @type {string} */ text) {
  const parts = INSTANT.exec(text);
  if (!parts) return Number.NaN;
  const [, date, time, fraction = '', zone = ''] = parts;
  return Date.parse(`${date}T${time}${zone.toUpperCase()}`) + Number(`0.${fraction || 0}`) * 1000;
}

/** Negative, zero or positive as one RFC 3339 text names an earlier, the same or a later instant. */
export function compareInstants(/** @type {string} */ a, /** @type {string} */ b) {
  return instant(a) - instant(b);
}

/** The Shanghai day of a moment or of an RFC 3339 text, as YYYY-MM-DD. */
export function dayOf(/** @type {Moment | string} */ when) {
  const ms = typeof when === 'string' ? instant(when) : Number(when);
  return Number.isNaN(ms) ? '' : new Date(ms + OFFSET_MS).toISOString().slice(0, 10);
}

/** The Shanghai hour, 0 to 23, of an RFC 3339 text. */
export function hourOf(/** @type {string} */ text) {
  return new Date(instant(text) + OFFSET_MS).getUTCHours();
}

/** Whole days from one YYYY-MM-DD to another; negative when the second is earlier. */
export function daysBetween(/** @type {string} */ from, /** @type {string} */ to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Whether a YYYY-MM-DD is a Saturday or a Sunday. */
export function isWeekend(/** @type {string} */ day) {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}

/**
 * When a visit was made, from the four words on the form: 刚刚 now, 上午 morning, 下午 afternoon, 昨天 yesterday;
 * or a number of days ago, up to 7. Never later than now: a word for an hour not reached yet means now.
 * @param {'now' | 'morning' | 'afternoon' | 'yesterday' | number} choice
 * @param {Moment} now
 * @returns {string} RFC 3339 in Shanghai time
 */
export function visitedAt(choice, now) {
  if (choice === 'now') return stamp(now);
  const daysAgo = choice === 'yesterday' ? 1 : typeof choice === 'number' ? Math.min(Math.max(choice, 0), 7) : 0;
  const hour = choice === 'morning' || choice === 'afternoon' ? HOURS[choice] : 12;
  const midnight = Date.parse(`${dayOf(now)}T00:00:00+08:00`);
  return stamp(Math.min(midnight - daysAgo * DAY_MS + hour * 3600_000, Number(now)));
}
