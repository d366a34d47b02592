/** The visit form, drawn: steppers, cells and chips, and only what the outcome asks for. No typing is needed anywhere. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { APP, METHODS, RELATIONS, SLOTS, WHEN } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { awayFields } from './_away.js';
import { choices } from './_choices.js';
import { icon } from './_parts.js';
import { ASKS, count, NOTE_LIMIT } from './_visit_form.js';
import { momentWords } from './_when.js';
import { photoField } from './photos.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Campaign} Campaign */
/** @typedef {Record<string, string>} Fields */
/** @typedef {{ask: Ask, form: Fields, campaign: Campaign | null, unsigned?: boolean}} Sheet unsigned = the drawing is not on this phone */

/** @type {Record<string, (sheet: Sheet) => unknown>} */
const DRAWN = { adults, materials, app, commitment, next, away, no_return: noReturn };

/**
 * Every field of the form's outcome.
 * @param {Sheet} sheet
 */
export function fields(sheet) {
  const asks = ASKS[sheet.form.outcome ?? ''] ?? [];
  return html`${when(sheet)}${asks.map((name) => DRAWN[name]?.(sheet))}${photoField(sheet)}${extra(sheet, asks)}`;
}

/**
 * A number without typing.
 * @param {Ask} ask
 * @param {string} label
 * @param {string} name
 * @param {string | undefined} value
 */
export function stepper(ask, label, name, value) {
  return html`<div class="field line stepper" data-stepper><b>${label}</b><div class="turn"><button type="button" data-step="-1"
    aria-label="${t('{what}减一', { what: label })}">${icon(ask, 'minus')}</button><output>${count(value)}</output><input type="hidden" name="${name}"
    value="${count(value)}"><button type="button" data-step="1" aria-label="${t('{what}加一', { what: label })}">${icon(ask, 'plus')}</button></div></div>`;
}

/** @param {Sheet} sheet */
function when(sheet) {
  return whenField(sheet, sheet.form.outcome === 'met_covered' ? t('什么时候讲的') : t('什么时候去的'));
}

/**
 * When it was: just now, earlier today, or up to seven days back.
 * @param {{ask: Ask, form: Fields}} sheet a form with `visited_at` has said it already
 * @param {string} label
 */
export function whenField({ ask, form }, label) {
  if (form.visited_at)
    return html`<div class="field"><div class="label"><b>${t('什么时候')}</b><small>${momentWords(
      form.visited_at,
      ask.now,
    )}</small></div><input type="hidden" name="visited_at" value="${form.visited_at}"></div>`;
  const early = /^[2-7]$/.test(form.when ?? '');
  return html`<div class="field when"><div class="label"><b>${label}</b></div>${choices(ask, {
    name: 'when',
    options: Object.entries(WHEN),
    chosen: form.when ?? 'now',
    layout: 'four',
  })}<details class="more-fields"${early && html` open`}><summary>${t('更早几天')}${icon(ask, 'down')}</summary><p class="say">${t('晚记的算补记，最多补七天。')}</p>${choices(
    ask,
    {
      name: 'when',
      options: earlier(ask.now),
      chosen: form.when,
      layout: 'three',
    },
  )}</details></div>`;
}

/**
 * Two to seven days back, as dates.
 * @param {Date} now
 * @returns {[string, string][]}
 */
function earlier(now) {
  return [2, 3, 4, 5, 6, 7].map((days) => {
    const day = dayOf(Number(now) - days * 86_400_000);
    return [String(days), `${Number(day.slice(5, 7))}.${Number(day.slice(8))}`];
  });
}

/** @param {Sheet} sheet */
function adults({ ask, form }) {
  return stepper(ask, t('听讲的大人'), 'adults', form.adults);
}

/** @param {Sheet} sheet */
function materials({ ask, form, campaign }) {
  if (campaign?.parts?.materials === false) return null;
  return (campaign?.materials ?? []).map(({ key, name }) => stepper(ask, name, `m_${key}`, form[`m_${key}`]));
}

/** @param {Sheet} sheet */
function app({ ask, form, campaign }) {
  if (campaign?.parts?.app === false) return null;
  const cells = Object.entries(APP).map(([key, word]) => tally(`app_${key}`, word, count(form[`app_${key}`])));
  return html`<div class="field"><div class="label"><b>${t('安装情况')}</b><small>${t('点一下记 1 人')}</small></div><div class="cells"
    data-tallies>${cells}<button type="button" class="cell tally${form.app_none ? ' on' : ''}" data-none aria-pressed="${
      form.app_none ? 'true' : 'false'
    }"><span>${t('这次没提')}</span>${icon(ask, 'check')}<input type="hidden" name="app_none" value="${form.app_none ?? ''}"></button></div></div>`;
}

/**
 * @param {string} name
 * @param {string} word
 * @param {number} n
 */
function tally(name, word, n) {
  return html`<button type="button" class="cell tally${n ? ' on' : ''}" data-tally aria-pressed="${n ? 'true' : 'false'}"><span>${t(
    word,
  )}</span><output>${n}</output><input type="hidden" name="${name}" value="${n}"></button>`;
}

/** @param {Sheet} sheet */
function commitment({ ask, form, campaign, unsigned }) {
  if (campaign?.parts?.commitment === false || !campaign?.commitment) return null;
  const given = ['screen', 'paper', 'oral'].includes(form.commitment ?? '');
  return html`<div class="field"><div class="label"><b>${t('承诺书')}</b>${form.signed && html`<small data-when="commitment=screen">${t('已经签了')}</small>`}</div><p class="say">${t(
    '自愿签，不签也不影响任何事；签了随时能撤',
  )}</p>${choices(ask, { name: 'commitment', options: Object.entries(METHODS), chosen: form.commitment, optional: true })}${
    unsigned &&
    html`<p class="say under" data-when="commitment=screen">${t('签名的笔画这部手机里没有了，改正只记「签了」。原来那份服务器留着。')}</p>`
  }
<div class="under" data-when="commitment=paper"${form.commitment !== 'paper' && html` hidden`}><div class="label"><label for="paper_no">${t('纸上的编号')}</label></div><input
  class="write" id="paper_no" name="paper_no" maxlength="40" autocomplete="off" value="${form.paper_no}"></div>
<div class="under" data-when="commitment=screen|paper|oral"${!given && html` hidden`}><div class="label"><b>${t('谁签的')}</b></div>${choices(
    ask,
    {
      name: 'relation',
      options: Object.entries(RELATIONS),
      chosen: form.relation ?? 'head',
    },
  )}</div><input type="hidden" name="signed" value="${form.signed ?? ''}"><input type="hidden" name="version" value="${form.version ?? ''}"><input
  type="hidden" name="text_hash" value="${form.text_hash ?? ''}"></div>`;
}

/** @param {Sheet} sheet */
function next({ ask, form }) {
  const today = dayOf(ask.now);
  return html`<div class="field"><div class="label"><b>${t('下次什么时候来')}</b><small>${t('可以不选')}</small></div>${choices(
    ask,
    {
      name: 'slot',
      options: Object.entries(SLOTS),
      chosen: form.slot,
      layout: 'three',
      optional: true,
    },
  )}<div class="under" data-when="slot=date"${form.slot !== 'date' && html` hidden`}><div class="label"><label for="next_date">${t('哪一天')}</label></div><input
    class="write" type="date" id="next_date" name="next_date" min="${today}" value="${form.next_date}"></div></div>`;
}

/** @param {Sheet} sheet */
function away({ ask, form }) {
  return awayFields(ask, form);
}

/** @param {Sheet} sheet */
function noReturn({ ask, form }) {
  return html`<div class="field"><input class="pick" type="checkbox" name="no_return" value="1" id="no_return"${
    form.no_return && html` checked`
  }><label class="cell" for="no_return">${icon(ask, 'check')}${t('住户说不用再来')}</label></div>`;
}

/**
 * @param {Sheet} sheet
 * @param {string[]} asks
 */
function extra(sheet, asks) {
  const { form } = sheet;
  const open = form.outcome === 'wrong_entry' || form.note || (form.no_return && !asks.includes('no_return'));
  const title = form.outcome === 'wrong_entry' ? t('哪里写错了') : t('备注');
  return html`<div class="field"><details class="more-fields"${open && html` open`}><summary>${t('再记一点')}${icon(sheet.ask, 'down')}</summary><div class="label"><label
    for="note">${title}</label><small>${t('最多 {n} 个字，不写别人的隐私', { n: NOTE_LIMIT })}</small></div><textarea class="write" id="note" name="note"
    maxlength="${NOTE_LIMIT}">${form.note}</textarea>${!asks.includes('no_return') && form.outcome !== 'wrong_entry' && noReturn(sheet)}</details></div>`;
}
