/** Screens for a resident's hands: nothing of other households behind them, and 交还给我 held for two seconds to come back. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { setSetting } from '../enrol.js';
import { icon } from './_parts.js';
import { seeOther } from './_redirect.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/**
 * The way back, by a long press. The page's script holds the click back until the two seconds are over.
 * @param {Ask} ask
 */
export function handBack(ask) {
  return html`<form method="post" action="/field/unlock"><button class="button hold" data-hold>${icon(ask, 'hand')}<span>${t(
    '交还给我',
  )}</span><small>${t('按住 2 秒')}</small></button></form>`;
}

/**
 * @param {Ask} ask
 * @param {string} words
 */
export function lockHead(ask, words) {
  return html`<header class="lockhead"><span>${icon(ask, 'lock')}${words}</span>${handBack(ask)}</header>`;
}

/**
 * While a resident holds the phone, a page that is no screen for them is left with what it says and the key, which leads to
 * 今天: whatever has become of the door, nothing keeps the phone from its worker or shows a way that leads back to itself.
 * @param {Ask} ask
 * @param {Page} page
 * @returns {Page}
 */
export function held(ask, page) {
  const { locked } = ask.settings;
  if (!locked || page.shut || page.lock !== undefined) return page;
  const { title, say, status } = page;
  const body = html`${lockHead(ask, t('请把手机交还'))}<div class="thanks"><h1>${title}</h1><p class="help">${say}</p></div>`;
  return { title, body, status: status ?? 200, layout: 'sheet', lock: { ...locked, back: '/field/' } };
}

/**
 * POST: the phone is the worker's again.
 * @param {Ask} ask
 */
export async function unlock(ask) {
  await setSetting('locked', null);
  return seeOther(ask, ask.settings.locked?.back ?? '/field/');
}
