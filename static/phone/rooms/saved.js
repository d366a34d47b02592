/** After saving: what was stored, ten seconds to change it, and the next door under the thumb. */
import { instant } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { savedVisit } from '../read.js';
import { factsList, factsOf } from './_facts.js';
import { called, icon, kindOf, nameOf, plate } from './_parts.js';
import { seeOther } from './_redirect.js';
import { noVisit } from './_trouble.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Visit} Visit */

const SECONDS = 10;
/** More would push the next door off the screen; the record itself shows all. */
const FACTS = 4;

/** @typedef {Pick<NonNullable<Awaited<ReturnType<typeof savedVisit>>>, 'door' | 'next' | 'rounds' | 'names'>} Known */

/**
 * GET: what was saved, looked up.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function savedPage(ask) {
  const known = await savedVisit(ask.db, ask.params.id ?? '', ask.now);
  if (!known) return noVisit();
  return drawn(ask, /** @type {Visit} */ (/** @type {unknown} */ (known.visit)), known);
}

/**
 * After a save. htmx is given the page at once, from what the save itself has read and written: to look that up again would be felt
 * on a slow phone. A form that the browser sent is led to it, so that a reload does not send it again; so is one that was saved before.
 * @param {Ask} ask
 * @param {import('../record.js').Recorded} event
 * @param {Known} known
 * @returns {Page | Response}
 */
export function afterSave(ask, { id, at, body, strip }, known) {
  const here = `/field/saved/${id}`;
  if (!ask.fragment || !body.outcome) return seeOther(ask, here);
  return { ...drawn(ask, /** @type {Visit} */ ({ ...body, id, at }), known), here, strip };
}

/**
 * @param {Ask} ask
 * @param {Visit} saved
 * @param {Known} known
 * @returns {Page}
 */
function drawn(ask, saved, { door: { place }, next, rounds, names }) {
  const facts = factsOf(saved, /** @type {any} */ (rounds.running[0] ?? null), ask.now).slice(0, FACTS);
  const body = html`<div class="tick">${icon(ask, 'check')}</div><h1 class="title">${t('已存好，')}<br>${t('在这部手机里')}</h1><p
    class="sub">${ask.practice ? t('练习的，不会发出去。') : t('没网也不会丢。有网时自己传。')}</p>${factsList(facts, [
      called(place, names.get(place.group ?? '') ?? ''),
      t(OUTCOMES[saved.outcome]?.button ?? ''),
    ])}${fix(ask, saved)}<div class="grow"></div><div class="bar">${nextKey(ask, next, names)}<div class="center"><a class="quiet"
    href="/field/">${t('回到今天')}</a></div></div>`;
  return { title: t('已存好'), body, layout: 'stack has-bar saved' };
}

/**
 * @param {Ask} ask
 * @param {Visit} saved
 */
function fix(ask, saved) {
  const passed = saved.at ? Math.floor((ask.now.getTime() - instant(saved.at)) / 1000) : SECONDS;
  const left = Math.max(0, SECONDS - passed);
  return html`<a class="button again${left ? '' : ' over'}" href="/field/visits/${saved.id}/fix" data-left="${left}">${icon(ask, 'undo')}${t(
    '改一下',
  )}<small>${left > 0 && html`${t('还有')} <span data-figure>${left}</span> ${t('秒')}`}</small></a>`;
}

/**
 * @param {Ask} ask
 * @param {import('./_types.js').Row | null} next
 * @param {Map<string, string>} names
 */
function nextKey(ask, next, names) {
  if (!next) return html`<a class="button main" href="/field/lanes">${t('这一片走完了，换一片')}</a>`;
  const { place } = next;
  const second = [kindOf(place), place.landmark].filter(Boolean).join('·');
  return html`<a class="next" href="/field/places/${place.id}">${plate(place, names.get(place.group ?? '') ?? '')}<span class="what"><small>${t(
    '下一家',
  )}</small><b class="name">${nameOf(place)}</b><small>${second}</small></span>${icon(ask, 'right')}</a>`;
}
