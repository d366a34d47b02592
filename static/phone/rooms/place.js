/** One door: who and where, what was done, and under the thumb the four commonest outcomes. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { COMMON_OUTCOMES, NEEDS, OUTCOMES, REPORTS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { placePage } from '../read.js';
import { afterCall, callKey } from './_call.js';
import { back, hintWords, icon, isClosed, kindOf, nameOf, plate } from './_parts.js';
import { noPlace } from './_trouble.js';
import { familyWay } from './_ways.js';
import { dayWord, partOfDay } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Place} Place */
/** @typedef {import('./_types.js').Visit} Visit */

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function placeScreen(ask) {
  const found = await placePage(ask.db, ask.params.id ?? '');
  if (!found) return noPlace();
  const { place } = found;
  const more = html`<a class="quiet" href="/field/places/${place.id}/more">${icon(ask, 'more')}${t('更多')}</a>`;
  const stored =
    ask.url.searchParams.has('stored') &&
    html`<p class="stored" role="status">${icon(ask, 'check')}${t('已存好，在这部手机里。')}</p>`;
  const body = html`<nav class="nav" data-origin>${back(ask, '/field/', t('今天'))}${more}</nav>
${stored}
${who(place, found.group, isClosed(found.state))}
${needs(ask, place)}
${timeline(ask, /** @type {any} */ (found.history.slice(0, 3)))}
${hint(ask, found)}
${familyWay(ask, found)}
<div class="grow"></div>
<div class="bar">${keys(ask, place, Boolean(found.draft))}</div>`;
  return { title: nameOf(place), body, layout: 'stack has-bar', here: ask.url.pathname };
}

/**
 * @param {Place} place
 * @param {string} group
 * @param {boolean} closed
 */
export function who(place, group, closed) {
  const kind = [kindOf(place), place.adults && t('大人 {n} 位', { n: place.adults })].filter(Boolean).join('·');
  const nick = place.contact_name && place.nickname && t('当地叫{name}', { name: place.nickname });
  // A line may end with the dot between the two, never begin with it.
  const both = nick && place.landmark ? html`<span class="piece">${nick}·</span>` : nick;
  return html`<div class="who">${plate(place, group, { closed })}<div><h1>${nameOf(place)}</h1><p>${kind}</p><p>${both}${place.landmark}</p></div></div>`;
}

/**
 * @param {Ask} ask
 * @param {Place} place
 */
function needs(ask, place) {
  if (!place.needs?.length) return null;
  return html`<ul class="needs">${place.needs.map(
    (need) => html`<li>${icon(ask, NEEDS[need]?.icon ?? 'clock')}${t(NEEDS[need]?.word ?? need)}</li>`,
  )}</ul>`;
}

/**
 * What was done here, the latest first. What was corrected away stays, struck through.
 * @param {Ask} ask
 * @param {Visit[]} history
 */
export function timeline(ask, history) {
  if (!history.length) return html`<p class="sub spaced">${t('还没去过。')}</p>`;
  return html`<ul class="history">${history.map(
    (visit) =>
      html`<li class="${visit.superseded_by ? 'gone' : ''}">${
        visit.entry === 'report'
          ? html`<span>${when(visit, ask.now)}</span><b>${t(REPORTS[String(visit.report)] ?? '')}</b>`
          : html`<a href="/field/visits/${visit.id}"><span>${when(visit, ask.now)}</span><b>${t(
              OUTCOMES[visit.outcome]?.button ?? '',
            )}</b><span class="by">${author(ask, visit)}</span></a>`
      }</li>`,
  )}</ul>`;
}

/**
 * @param {Visit} visit
 * @param {Date} now
 */
function when({ visited_at, at }, now) {
  const instant = visited_at ?? at;
  return instant ? `${dayWord(dayOf(instant), now)} ${partOfDay(instant)}` : '';
}

/**
 * @param {Ask} ask
 * @param {Visit} visit
 */
function author(ask, visit) {
  const mine = visit.waiting || visit.worker_id === ask.enrolment.worker.id;
  return mine ? ask.enrolment.worker.name : (visit.worker_name ?? t('别的网格员'));
}

/**
 * @param {Ask} ask
 * @param {{place: Place, hint: import('./_types.js').Hint | null, draft: unknown}} found
 */
function hint(ask, found) {
  const pending = found.place.status === 'pending' && html`<p class="hint">${t('等村里看过再算进应访。')}</p>`;
  return html`${pending}${todo(ask, found)}`;
}

/**
 * @param {Ask} ask
 * @param {{hint: import('./_types.js').Hint | null, draft: unknown}} found
 */
function todo(ask, found) {
  if (found.draft) return html`<p class="hint">${t('上次没写完，都还在。')}</p>`;
  if (!found.hint) return null;
  const words = hintWords(found.hint, ask.now);
  return html`<p class="hint">${found.hint.kind === 'evening' ? t('两次都是上午没人，{hint}。', { hint: words }) : `${words}。`}</p>`;
}

/**
 * @param {Ask} ask
 * @param {Place} place
 * @param {boolean} draft
 */
function keys(ask, place, draft) {
  const here = `/field/places/${place.id}`;
  return html`<div class="keys">${
    draft ? html`<a class="button main span" href="${here}/visit">${icon(ask, 'pencil')}${t('接着写')}</a>` : ''
  }${afterCall(ask, place)}${callKey(ask, place)}<a class="button" href="/field/listen?from=${place.id}">${icon(ask, 'speaker')}${t('讲给他听')}</a>${COMMON_OUTCOMES.map(
    (outcome) =>
      html`<a class="key" href="${here}/visit?outcome=${outcome}">${icon(ask, OUTCOMES[outcome]?.icon ?? '')}${t(
        OUTCOMES[outcome]?.button ?? '',
      )}</a>`,
  )}</div>`;
}
