/** 放到桌面: one quiet line, on 我的 for as long as it is of use, on 今天 for one day. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { setSetting, setting } from '../enrol.js';
import { firstHeldDay } from '../read.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */

/**
 * The line, or nothing where it was refused before, or where 今天 has said it already.
 * @param {Ask} ask
 */
export async function installPart(ask) {
  const query = ask.url.searchParams;
  const isDue = !(await setting('install_refused')) && (query.get('at') !== 'today' || (await isDueToday(ask)));
  const text = isDue ? String(line(ask, query.get('how') === 'hand')) : '';
  return new Response(text, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' } });
}

/**
 * On one day only: the first on which this phone is opened after a day whose work has arrived.
 * @param {Ask} ask
 */
async function isDueToday(ask) {
  const today = dayOf(ask.now);
  const first = await firstHeldDay(ask.db);
  if (!first || first >= today) return false;
  const said = (await setting('install_said')) ?? today;
  await setSetting('install_said', said);
  return said === today;
}

/**
 * @param {Ask} ask
 * @param {boolean} byHand
 */
function line(ask, byHand) {
  const how = byHand
    ? html`<small>${t('点浏览器的「分享」，再选「添加到主屏幕」。先把没传的传完：从桌面打开要再登记一次。')}</small>`
    : html`<button class="quiet" type="button" data-install-now>${t('放上去')}</button>`;
  return html`<div class="install"><span>${t('放到桌面，像别的应用一样打开')}</span>${how}<button class="quiet" type="button" data-install-no
    aria-label="${t('不用了')}">${icon(ask, 'x')}</button></div>`;
}

/** POST: it is not offered again. */
export async function refuseInstall() {
  await setSetting('install_refused', true);
  return new Response(null, { status: 204 });
}
