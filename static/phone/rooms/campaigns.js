/** 换行动: which of the campaigns that run now the lists and new visits are for. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { campaigns, choose } from '../read.js';
import { back, icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { monthDay } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function campaignsPage(ask) {
  const running = await campaigns(ask.db, ask.now);
  const [current, ...others] = running;
  const body = html`<nav class="nav">${back(ask, '/field/me', t('我的'))}</nav><h1 class="title">${t('现在走哪个行动')}</h1><p class="sub">${
    current
      ? t('今天、户表和新记的走访都算在这个行动里。每个行动各算各的，换来换去不丢东西。')
      : t('现在没有行动。记的照样存，有行动了再算。')
  }</p>${
    current &&
    html`<div class="spaced rows"><span class="row">${icon(ask, 'check', 'mark')}<span class="what"><span class="name">${current.name}</span><span
      class="kind">${t('正在走')}</span><span class="second">${until(current)}</span></span></span></div>`
  }<form method="post" action="/field/campaigns"><ul class="links">${others.map(
    (each) =>
      html`<li><button name="campaign" value="${each.id}"><span>${t('换成{name}', { name: each.name })}<small>${until(each)}</small></span>${icon(
        ask,
        'right',
        'go',
      )}</button></li>`,
  )}</ul></form>`;
  return { title: t('换行动'), body };
}

/** @param {Record<string, any>} campaign */
function until({ ends }) {
  return t('到{day}', { day: monthDay(ends) });
}

/**
 * POST: the chosen one is current; what is no running campaign changes nothing.
 * @param {Ask} ask
 */
export async function changeCampaign(ask) {
  const wanted = ask.form.get('campaign') ?? '';
  const running = await campaigns(ask.db, ask.now);
  if (running.some(({ id }) => id === wanted)) await choose(ask.db, wanted, ask.now);
  return seeOther(ask, '/field/');
}
