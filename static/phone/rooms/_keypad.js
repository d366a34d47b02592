/** Six digits on large keys. The page's script (`page/pin.js`) collects them; the sixth sends them off by itself. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('../../shared/html.js').Html} Html */

export const DIGITS = 6;

/**
 * @param {Ask} ask
 * @param {{action: string, busy: string, wait?: number, hidden?: Record<string, string>}} how wait: milliseconds until a try counts
 */
export function keypad(ask, { action, busy, wait = 0, hidden = {} }) {
  const seconds = Math.ceil(wait / 1000);
  const key = (/** @type {number} */ digit) =>
    html`<button type="button" data-digit="${digit}"${seconds > 0 && html` disabled`}>${digit}</button>`;
  return html`<form class="pin" method="post" action="${action}" id="main-form" data-pin data-wait="${seconds}"><input type="hidden" name="pin" value="">${Object.entries(
    hidden,
  ).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<p class="dots" role="status" aria-label="${t('按了 0 位，共 6 位')}"><span class="idle" aria-hidden="true">${Array.from(
    { length: DIGITS },
    () => html`<i></i>`,
  )}</span><b class="busy">${busy}</b></p><div class="pinkeys">${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(key)}<span></span>${key(0)}<button
  type="button" data-digit="back" aria-label="${t('退一位')}">${icon(ask, 'left')}</button></div></form>`;
}
