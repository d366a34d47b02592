/** A plain form page: head, fields, one main button at the bottom, and what is missing said above. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { banner, formHead, icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('../../shared/html.js').Html} Html */

/**
 * @param {string} label
 * @param {string} name
 * @param {unknown} value
 * @param {{say?: string, max?: number, type?: string}} [how]
 */
export function line(label, name, value, { say = '', max = 40, type = 'text' } = {}) {
  return html`<div class="field"><div class="label"><label for="${name}">${label}</label>${say && html`<small>${say}</small>`}</div><input
    class="write" id="${name}" name="${name}" type="${type}" maxlength="${max}" autocomplete="off" value="${value}"></div>`;
}

/**
 * @param {Ask} ask
 * @param {{href: string, title: string, sub: string, action: string, wrong: string, inside: Html, key: string}} sheet
 * @returns {Page}
 */
export function sheet(ask, { href, title, sub, action, wrong, inside, key }) {
  const body = html`${formHead(ask, { href, title, sub })}<form class="form" method="post" id="main-form" action="${action}">${
    wrong && banner(wrong, t('填的都还在。'), false, true)
  }<div class="fields">${inside}</div><div class="bar"><button class="button main">${icon(ask, 'check')}${key}</button></div></form>`;
  return { title, body, layout: 'has-bar', status: wrong ? 422 : 200 };
}
