/** 讲给他听: one picture, one line, full screen and locked. There is no recording yet, so the worker reads it aloud. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { CARDS } from './_cards.js';
import { lockHead } from './_locked.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/**
 * @param {Ask} ask
 * @returns {Page}
 */
export function listenPage(ask) {
  const query = ask.url.searchParams;
  const from = /^[\w-]+$/.test(query.get('from') ?? '') ? query.get('from') : null;
  const n = Math.min(Math.max(Number(query.get('card')) || 1, 1), CARDS.length);
  const card = CARDS[n - 1] ?? CARDS[0];
  const at = (/** @type {number} */ i) =>
    `/field/listen?card=${((i - 1 + CARDS.length) % CARDS.length) + 1}${from ? `&from=${from}` : ''}`;
  const body = html`${lockHead(ask, t('没网也能看'))}${card.picture()}<h1>${card.line.map((part, i) => html`${i > 0 && html`<br>`}${t(part)}`)}</h1><p
    class="help">${t(card.help)}</p><p class="read">${icon(ask, 'speaker')}${t('把上面的话念给他听')}</p><nav class="turns"><a class="button" href="${at(
      n - 1,
    )}">${icon(ask, 'left')}${t('上一张')}</a><b>${n} / ${CARDS.length}</b><a class="button" href="${at(n + 1)}">${t('下一张')}${icon(ask, 'right')}</a></nav>`;
  const back = from ? `/field/places/${from}` : '/field/';
  return { title: t('讲给他听'), body, layout: 'sheet', lock: { name: 'listen', url: at(n), back } };
}
