/** What 今天 and 同步 say unasked: what has waited for two days, and a clock that is wrong. And the one rule about cleaning. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { overdue, skew, strip } from '../read.js';
import { banner } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */

const MINUTE_MS = 60_000;
/** Beyond this the server marks what was recorded. */
const WRONG_FROM_MS = 10 * MINUTE_MS;

/** From so many minutes on, in this unit. @type {[number, number, string][]} */
const UNITS = [
  [330 * 1440, 365 * 1440, '{n} 年'],
  [60 * 1440, 30 * 1440, '{n} 个月'],
  [48 * 60, 1440, '{n} 天'],
  [120, 60, '{n} 小时'],
  [0, 1, '{n} 分钟'],
];

/**
 * How far this phone's clock is off, in words; '' where it is right or nobody can say.
 * @param {number | null} behind milliseconds
 */
export function clockWords(behind) {
  if (behind === null || Math.abs(behind) <= WRONG_FROM_MS) return '';
  const minutes = Math.abs(behind) / MINUTE_MS;
  const [, one, words] = /** @type {[number, number, string]} */ (UNITS.find(([from]) => minutes >= from));
  const length = t(words, { n: Math.max(1, Math.round(minutes / one)) });
  return behind > 0 ? t('手机的时间慢了 {length}。', { length }) : t('手机的时间快了 {length}。', { length });
}

/**
 * What to do about it. Records carry the clock that they were made under, so they go out before it is put right.
 * @param {number} waiting
 */
export function clockTodo(waiting) {
  const first = waiting ? t('先点「立即同步」把没传的传完，再') : t('请');
  return t('记的照样存、照样传。{first}到手机的「设置」里，把日期和时间改成「自动」。', { first });
}

/** The most pressing first. @param {Ask} ask */
export async function warnings(ask) {
  const [late, behind, { waiting }] = await Promise.all([overdue(ask.db, ask.now), skew(ask.db), strip(ask.db)]);
  const clock = clockWords(behind);
  return [late > 0 && lateBanner(late), clock && banner(clock, clockTodo(waiting))].filter(Boolean);
}

/** @param {number} late */
function lateBanner(late) {
  const act = html`<a class="button plain" href="/field/unsent" download data-file>${t('存成文件')}</a>`;
  const todo = t('先存一份文件，交给村里也能收。没网不要紧，有网还会自己传。');
  return banner(t('有 {n} 条两天没传了。', { n: late }), todo, act);
}

/** Where cleaning a phone would take the records along. */
export function cleaning() {
  return html`<p class="hint">${t('清理手机时，别清浏览器的数据。清了，没传的记录就没了。')}</p>`;
}
