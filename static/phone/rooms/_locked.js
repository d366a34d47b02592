/** Screens for a resident's hands: nothing of other households behind them, and 交还给我 held for two seconds to come back. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { setSetting } from '../enrol.js';
import { icon } from './_parts.js';
import { seeOther } from './_redirect.js';

/** @typedef {import('./_types.js').Ask} Ask */

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
 * POST: the phone is the worker's again.
 * @param {Ask} ask
 */
export async function unlock(ask) {
  await setSetting('locked', null);
  return seeOther(ask, ask.settings.locked?.back ?? '/field/');
}
