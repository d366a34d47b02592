/** What other pages show of 练习: the strip in place of the truth, and the two ways in. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('../../shared/html.js').Html} Html */

/** Stands where the truth stands, on locked pages too: nobody may take practice for a record, or a record for practice. */
export function practiceStrip() {
  return html`<div class="strip practice" id="strip"><b>${t('练习')}</b><span class="dot" aria-hidden="true">·</span><span>${t(
    '不会发出去',
  )}</span><form method="post" action="/field/practice/end"><button class="quiet">${t('结束练习')}</button></form></div>`;
}

/** On the page of signing in, for whoever has no code yet. @param {Ask} ask */
export function practiceFirst(ask) {
  if (ask.practice) return null;
  return html`<form class="enrol" method="post" action="/field/practice"><button class="button plain wide">${t('先练习一遍')}</button><p
    class="center">${t('不用登记，练的不会发出去。')}</p></form>`;
}

/**
 * A line of 我的.
 * @param {Html} icon
 * @param {Html} go
 */
export function practiceLine(icon, go) {
  return html`<li><form method="post" action="/field/practice"><button>${icon}<span>${t('练习')}<small>${t(
    '编出来的八户，随便点，不会发出去',
  )}</small></span>${go}</button></form></li>`;
}
