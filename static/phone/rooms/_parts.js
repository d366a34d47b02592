/** Pieces that several screens are made of: icon, plate, row, section head, banner. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { AWAY, COMMON_OUTCOMES, KINDS, OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { backWords, dayWord, nextWords } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Place} Place */
/** @typedef {import('./_types.js').Row} Row */
/** @typedef {import('../../shared/html.js').Html} Html */

/**
 * @param {Ask} ask
 * @param {string} name one of static/icons/sprite.svg
 * @param {string} [more] further classes
 */
export function icon(ask, name, more = '') {
  return html`<svg class="icon ${more}" aria-hidden="true"><use href="${ask.assets}/icons/sprite.svg#${name}"/></svg>`;
}

/** The mark of a row, drawn in place: a list has fifty, and each that names the sprite costs as much as the rest of its row. */
const GO = html`<svg class="icon drawn" viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5l7 7-7 7"/></svg>`;

/**
 * How people call the door, without the group's name and 号: the painted number first, else the number on the roster.
 * @param {Place} place
 * @param {string} [group]
 */
export function door(place, group = '') {
  const said = (place.address?.door || place.local_no || '').trim();
  const short = group && said.startsWith(group) ? said.slice(group.length) : said;
  return short.replace(/号$/, '');
}

/**
 * The door plate. With `group` the group stands above the number.
 * @param {Place} place
 * @param {string} group
 * @param {{showGroup?: boolean, closed?: boolean}} [how]
 */
export function plate(place, group, { showGroup = true, closed = false } = {}) {
  const number = door(place, group);
  const long = [...number].length > 3;
  return html`<span class="plate${closed ? ' plate-closed' : ''}">${showGroup && group ? html`<span>${group}</span>` : ''}<span>${
    number
      ? html`<b class="${long ? 'long' : ''}">${number}</b>${long ? '' : t('号')}`
      : html`<span>${t('新户')}</span>`
  }</span></span>`;
}

/** 走完了: told about it or declined, with the same plate. @param {string} state */
export function isClosed(state) {
  return ['met_covered', 'remote_covered', 'met_declined'].includes(state);
}

/**
 * 三组14号 王桂兰, for heads and sentences.
 * @param {Place} place
 * @param {string} group
 */
export function called(place, group) {
  const number = door(place, group);
  const where = `${group}${number ? t('{number}号', { number }) : ''}`;
  return [where, nameOf(place)].filter(Boolean).join(' ');
}

/** @param {Place} place */
export function nameOf(place) {
  return place.contact_name || place.nickname || place.landmark || t('没写名字');
}

/** @param {Place} place */
export function kindOf(place) {
  return t(KINDS[place.kind ?? ''] ?? '住户');
}

/**
 * A door in a list. The whole row is the target, and a tap on it goes through `page/taps.js`.
 * @param {Ask} ask
 * @param {Row} row
 * @param {{group: string, showGroup?: boolean, href?: string, second?: Html, mark?: Html}} how
 */
export function placeRow(ask, row, { group, showGroup = true, href, second, mark = GO }) {
  const { place } = row;
  return html`<a class="row" hx-boost="false" href="${href ?? `/field/places/${place.id}`}">${plate(place, group, { showGroup, closed: isClosed(row.state) })}<span class="what"><span
    class="name">${nameOf(place)}</span><span class="kind">${kindOf(place)}</span><span class="second">${
      second ?? (row.draft ? html`<b class="amber">${t('没写完')}</b>` : lastLine(row, ask.now))
    }</span></span>${mark}</a>`;
}

/** So many doors of a long list fill a screen twice; a tap need not wait for the others. */
export const FIRST = 20;

/**
 * The others of a list, fetched when they are scrolled to.
 * @param {string} href
 * @param {string} rows where they lie on that page
 */
export function rest(href, rows) {
  return html`<li class="rest" hx-get="${href}" hx-trigger="revealed rootMargin:600px" hx-select="${rows}" hx-target="this" hx-swap="outerHTML" hx-push-url="false"></li>`;
}

/**
 * Landmark and what happened last: 水塔下·昨天没人，傍晚再来
 * @param {Row} row
 * @param {Date} now
 */
export function lastLine(row, now) {
  const landmark = row.place.contact_name || row.place.nickname ? row.place.landmark : null;
  return [landmark, lastWords(row, now)].filter(Boolean).join('·');
}

/**
 * @param {Row} row
 * @param {Date} now
 */
function lastWords(row, now) {
  if (row.place.do_not_return) return t('住户说不用再来');
  if (row.place.status === 'pending') return t('等村里看');
  if (row.place.status === 'away') return awayWords(row, now);
  if (!row.last) return t('还没去');
  const day = dayWord(dayOf(row.last.visited_at), now);
  const said = day + t(OUTCOMES[row.last.outcome]?.button ?? '');
  const hint = (COMMON_OUTCOMES.includes(row.last.outcome) || row.hint?.kind === 'back_on') && hintWords(row.hint, now);
  return hint ? `${said}，${hint}` : said;
}

/**
 * 外出务工，2027年1月回来: a door that the village has put down as away.
 * @param {Row} row
 * @param {Date} now
 */
function awayWords({ place, hint }, now) {
  const kind = t(AWAY[place.away?.kind ?? ''] ?? '长期不在家');
  return hint?.kind === 'back_on' ? `${kind}${t('，')}${hintWords(hint, now)}` : kind;
}

/**
 * What to do next at this door, in a few words; empty when there is nothing to say.
 * @param {import('./_types.js').Hint | null} hint
 * @param {Date} now
 */
export function hintWords(hint, now) {
  if (!hint) return '';
  if (hint.kind === 'do_not_return') return t('住户说不用再来');
  if (hint.kind === 'evening') return t('傍晚再来');
  if (hint.kind === 'back_on') return t('{month}回来', { month: backWords(hint.date) });
  return t('{when}再来', { when: nextWords(hint, now) });
}

/** What a search may be for, as long as it fits. @param {Ask} ask */
export function searchHint({ settings: { scale } }) {
  return scale === '18' ? t('姓名、拼音、门牌、地标') : t('姓名或门牌');
}

/**
 * @param {string | Html} title
 * @param {string} count
 * @param {Html | false} [action] at most one text button
 */
export function section(title, count, action = false) {
  return html`<div class="section"><h2>${title}</h2><span class="count">${count}</span>${action}</div>`;
}

/**
 * What happened, what to do, and what can be done here.
 * @param {string} happened
 * @param {string | Html} todo
 * @param {Html | false} [acts]
 * @param {boolean} [bad] something is lost or blocked
 */
export function banner(happened, todo, acts = false, bad = false) {
  return html`<div class="banner${bad ? ' bad' : ''}" role="${bad ? 'alert' : 'status'}"><b>${happened}</b><span>${todo}</span>${
    acts && html`<div class="acts">${acts}</div>`
  }</div>`;
}

/**
 * Back to where one came from, in words.
 * @param {Ask} ask
 * @param {string} href
 * @param {string} words
 */
export function back(ask, href, words) {
  return html`<a class="quiet" href="${href}">${icon(ask, 'left')}<span>${words}</span></a>`;
}

/**
 * The head of a form page: back, which door, what is being written.
 * @param {Ask} ask
 * @param {{href: string, title: string, sub?: string, right?: Html}} head
 */
export function formHead(ask, { href, title, sub, right }) {
  return html`<header class="formhead">${back(ask, href, t('返回'))}<div><h1>${title}</h1>${sub && html`<p>${sub}</p>`}</div>${right}</header>`;
}
