/** Ways to screens that come when they are wanted, apart from them: whoever shows the way need not have the screen. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { asks } from '../asks.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Row} Row */

/**
 * To 请我说明: one line where something waits; nothing where nothing does.
 * @param {Ask} ask
 */
export async function askedLine(ask) {
  const { open } = await asks(ask.db);
  if (!open.length) return null;
  return html`<a class="row look asked" href="/field/asks">${icon(ask, 'ask', 'mark')}<span class="what"><span class="name">${t(
    '请我说明',
  )}</span><span class="second">${t('村里问了 {n} 件事，等您说一句', { n: open.length })}</span></span>${icon(ask, 'right')}</a>`;
}

/**
 * To the words for family, on the page of a door whose people are away.
 * @param {Ask} ask
 * @param {Pick<Row, 'place' | 'state'>} found
 */
export function familyWay(ask, { place, state }) {
  if (place.status !== 'away' && state !== 'away_reported') return null;
  return html`<p class="lead"><a class="button plain wide" href="/field/places/${place.id}/family">${icon(ask, 'copy')}${t(
    '给外出家人的话',
  )}</a></p>`;
}
