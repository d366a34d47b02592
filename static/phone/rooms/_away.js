/** 长期不在家: which kind, and the month of coming back; the same in a visit and in a report. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { AWAY } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { choices } from './_choices.js';
import { backWords } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */

const MONTHS = 12;
const UNKNOWN = 'unknown';

/**
 * @param {Ask} ask
 * @param {Record<string, string>} form
 */
export function awayFields(ask, form) {
  const today = dayOf(ask.now);
  const months = monthsAhead(today);
  const kept = form.back_on && form.back_on !== UNKNOWN && !months.includes(form.back_on) ? [form.back_on] : [];
  const options = [...kept, ...months].map((day) => /** @type {[string, string]} */ ([day, chipWords(day, today)]));
  return html`<div class="field"><div class="label"><b>${t('哪种不在家')}</b></div>${choices(ask, {
    name: 'away_kind',
    options: Object.entries(AWAY),
    chosen: form.away_kind,
    layout: 'three',
  })}</div><div class="field"><div class="label"><b>${t('大概几月回来')}</b></div>${choices(ask, {
    name: 'back_on',
    options: [...options, [UNKNOWN, t('不知道')]],
    chosen: form.back_on,
    layout: 'three',
    optional: true,
  })}</div>`;
}

/**
 * What an event says of it: a month stands for its first day, 不知道 for nothing.
 * @param {Record<string, string | null | undefined>} form
 * @returns {{kind?: string, back_on?: string}}
 */
export function awayOf({ away_kind, back_on }) {
  const known = /^\d{4}-\d\d-\d\d$/.test(back_on ?? '') ? { back_on: String(back_on) } : {};
  return { ...(away_kind && AWAY[away_kind] ? { kind: away_kind } : {}), ...known };
}

/**
 * 今年12月, 明年1月: short enough for three in a row.
 * @param {string} day
 * @param {string} today
 */
function chipWords(day, today) {
  const years = Number(day.slice(0, 4)) - Number(today.slice(0, 4));
  if (!day.endsWith('-01') || years < 0 || years > 1) return backWords(day);
  const month = Number(day.slice(5, 7));
  return years ? t('明年{month}月', { month }) : t('今年{month}月', { month });
}

/** The first days of the next twelve months. @param {string} today YYYY-MM-DD */
function monthsAhead(today) {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  return Array.from({ length: MONTHS }, (_, i) => new Date(Date.UTC(year, month + i, 1)).toISOString().slice(0, 10));
}
