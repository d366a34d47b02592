/** Days and times as people say them, in Shanghai time whatever the phone's own zone. */
import { dayOf, daysBetween, hourOf, stamp } from '../../shared/dates.js';
import { SLOTS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/**
 * The Shanghai clock of an instant, `17:20`.
 * @param {string} at RFC 3339
 */
export function clockOf(at) {
  return stamp(Date.parse(at)).slice(11, 16);
}

/**
 * `11月21日`
 * @param {string} day
 */
export function monthDay(day) {
  return t('{month}月{date}日', { month: Number(day.slice(5, 7)), date: Number(day.slice(8, 10)) });
}

/**
 * `11月21日 周六`
 * @param {string} day
 */
export function monthDayWeek(day) {
  return `${monthDay(day)} ${t(WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '')}`;
}

/**
 * 今天, 昨天, 明天 or the date.
 * @param {string} day
 * @param {Date} now
 */
export function dayWord(day, now) {
  const away = daysBetween(dayOf(now), day);
  if (away === 0) return t('今天');
  if (away === -1) return t('昨天');
  return away === 1 ? t('明天') : monthDay(day);
}

/**
 * 2027年1月: the month in which somebody comes back; a day other than its first is said as it is.
 * @param {string} day
 */
export function backWords(day) {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  if (day.endsWith('-01')) return t('{year}年{month}月', { year, month });
  return t('{year}年{month}月{date}日', { year, month, date: Number(day.slice(8, 10)) });
}

/**
 * 上午, 中午, 下午 or 傍晚.
 * @param {string} at RFC 3339
 */
export function partOfDay(at) {
  const hour = hourOf(at);
  if (hour < 11) return t('上午');
  if (hour < 13) return t('中午');
  return hour < 17 ? t('下午') : t('傍晚');
}

/**
 * 今天 17:30
 * @param {string | null | undefined} at RFC 3339
 * @param {Date} now
 */
export function momentWords(at, now) {
  return at ? `${dayWord(dayOf(at), now)} ${clockOf(at)}` : '';
}

/**
 * When somebody is expected again: 傍晚, 明天, 11月23日.
 * @param {{slot: string | null, date?: string | null}} next
 * @param {Date} now
 */
export function nextWords({ slot, date }, now) {
  const part = slot && slot !== 'date' ? t(SLOTS[slot] ?? '') : '';
  return [date ? dayWord(date, now) : '', part].filter(Boolean).join(' ');
}
