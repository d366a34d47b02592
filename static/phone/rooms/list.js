/** 户表: every door this phone holds, fifty a page, by group, with search as you type. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { roster, search } from '../read.js';
import { untold } from './_frame.js';
import { FIRST, icon, placeRow, rest, searchHint, section } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

const PAGE = 50;

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function listPage(ask) {
  const query = ask.url.searchParams;
  const text = (query.get('q') ?? '').trim();
  const body = html`<h1 class="sr">${t('户表')}</h1><form class="search" method="get" action="/field/list" role="search"><input class="write" type="search" name="q" value="${text}" id="q"
  placeholder="${searchHint(ask)}" aria-label="${t('找户')}" autocomplete="off" enterkeyhint="search" hx-get="/field/list"
  hx-trigger="input changed delay:150ms" hx-select="#hits" hx-target="#hits" hx-swap="outerHTML" hx-sync="this:replace" hx-push-url="false"><button
  class="button plain">${icon(ask, 'search')}<span class="sr">${t('找')}</span></button></form>
<div id="hits" data-here="${untold(ask, ask.url.pathname + (text || !query.has('q') ? ask.url.search : ''))}">${text ? await hits(ask, text) : await page(ask)}</div>
<a class="button float" href="/field/new">${icon(ask, 'plus')}${t('新户')}</a>`;
  return { title: t('户表'), body, tab: 'list' };
}

/**
 * @param {Ask} ask
 * @param {string} text
 */
async function hits(ask, text) {
  const { rows, more, names } = await search(ask.db, text, { limit: PAGE });
  if (!rows.length)
    return html`<div class="empty"><p>${t('没找到「{text}」。可以打姓、拼音首字母、门牌、地标或电话后三四位。', { text })}</p><a class="button"
    href="/field/new?${asNew(text)}">${icon(ask, 'plus')}${t('登记新户')}</a></div>`;
  return html`${section(t('找到'), more ? t('{n} 户以上', { n: rows.length }) : t('{n} 户', { n: rows.length }))}<ul class="rows">${rows.map(
    (row) => html`<li>${placeRow(ask, row, { group: names.get(row.place.group ?? '') ?? '' })}</li>`,
  )}</ul>`;
}

/** What was looked for is filled in: digits as the door, all else as what people say. @param {string} text */
function asNew(text) {
  if (/^\d{5,}$/.test(text)) return '';
  return new URLSearchParams(/^\d+号?$/.test(text) ? { door: text } : { contact_name: text.slice(0, 20) });
}

/** @param {Ask} ask */
async function page(ask) {
  const query = ask.url.searchParams;
  const isRest = query.has('rest');
  const asked = { group: query.get('group'), after: query.get('after'), limit: isRest ? PAGE - FIRST : FIRST };
  const { groups, chosen, rows, more } = await roster(ask.db, asked);
  if (!chosen)
    return html`<div class="empty"><p>${t('户表还没下到这部手机。有网时同步一次就有。')}</p><a class="button" href="/field/sync">${t(
      '去同步',
    )}</a></div>`;
  const { places, open } = chosen;
  const next = `/field/list?group=${chosen.code}&after=${rows.at(-1)?.place.id}`;
  return html`<nav class="filters" aria-label="${t('组')}">${groups.map(
    ({ code, name }) =>
      html`<a class="cell${code === chosen.code ? ' on' : ''}" hx-boost="false" href="/field/list?group=${code}">${code === chosen.code && icon(ask, 'check')}${name || t('没分组')}</a>`,
  )}</nav>${section(chosen.name || t('没分组'), t('{places} 户·还要去 {open} 户', { places, open }))}<ul class="rows">${rows.map(
    (row) => html`<li>${placeRow(ask, row, { group: chosen.name, showGroup: false })}</li>`,
  )}${more && (isRest ? onward(next) : rest(`${next}&rest`, '.rows > li'))}</ul>`;
}

/** @param {string} next */
function onward(next) {
  return html`<li class="empty"><a class="button wide" href="${next}">${t('再看 50 户')}</a></li>`;
}
