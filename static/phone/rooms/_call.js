/** 拨打, and what it may have come to: offered when one comes back from the call, never asked. */
import { html } from '../../shared/html.js';
import { OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Place} Place */

const LEAST = 4;

/** Of several numbers the first is called. @param {Place} place */
function numberOf(place) {
  return (
    (place.phone ?? '')
      .normalize('NFKC')
      .split(/[/、,;]/)[0]
      ?.replace(/\D/g, '') ?? ''
  );
}

/**
 * Shows no more of the number than its last four digits.
 * @param {Ask} ask
 * @param {Place} place
 */
export function callKey(ask, place) {
  const number = numberOf(place);
  if (number.length < LEAST)
    return html`<a class="button" href="/field/places/${place.id}/edit">${icon(ask, 'call')}${t('加电话')}</a>`;
  return html`<a class="button" href="tel:${number}" hx-boost="false" data-call>${icon(ask, 'call')}${t('拨打')} ⋯${number.slice(-LEAST)}</a>`;
}

/**
 * Hidden until 拨打 was tapped; a call that nobody took is no visit, so it only puts the door at the end of today's list.
 * @param {Ask} ask
 * @param {Place} place
 */
export function afterCall(ask, place) {
  if (numberOf(place).length < LEAST) return null;
  const here = `/field/places/${place.id}`;
  return html`<div class="pair span" data-after-call hidden><a class="button" href="${here}/visit?outcome=remote_covered">${icon(
    ask,
    'check',
  )}${t(OUTCOMES.remote_covered?.button ?? '')}</a><form method="post" action="${here}/later"><button class="button wide">${t(
    '没打通，往后放',
  )}</button></form></div>`;
}
