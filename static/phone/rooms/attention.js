/** One record that the server set aside, in plain words. */
import { html } from '../../shared/html.js';
import { ATTENTION, EVENT_KINDS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { syncPage as report } from '../read.js';
import { groupNames } from './_groups.js';
import { back as backTo, banner, called, icon } from './_parts.js';
import { momentWords } from './_when.js';
import { RECORDS } from './sync.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Place} Place */

/**
 * One record that needs a look: what it means, what to do, and where to go on.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function attentionPage(ask) {
  const [said, names] = await Promise.all([report(ask.db), groupNames(ask)]);
  const each = said.attention.find(({ n }) => String(n ?? 0) === ask.params.n);
  const back = html`<nav class="nav">${backTo(ask, '/field/sync', t('同步'))}</nav>`;
  if (!each)
    return {
      title: t('同步'),
      body: html`${back}<h1 class="title">${t('这条已经好了')}</h1><p class="sub">${t('不用再管。')}</p>`,
    };
  const why = ATTENTION[each.code];
  const place = /** @type {Place | null} */ (each.place);
  const body = html`${back}<h1 class="title">${place ? called(place, names(place.group)) : t(EVENT_KINDS[String(each.kind)] ?? '一条记录')}</h1>
<p class="sub">${[t(EVENT_KINDS[String(each.kind)] ?? ''), momentWords(each.at, ask.now)].filter(Boolean).join('·')}</p>
<div class="spaced">${banner(t(why?.what ?? '这条要村里看一下。'), t(why?.todo ?? '服务器收着，没有丢。'))}</div>
<p class="sub spaced">${t('服务器收着这一条，没有丢，也不挡后面的。')}</p>
${each.code === 'rejected' && each.detail && html`<p class="hint">${t('村里写的：{why}', { why: each.detail })}</p>`}
<ul class="links spaced">${place && html`<li><a href="/field/places/${place.id}">${icon(ask, 'today')}<span>${t('看这一户')}</span>${icon(ask, 'right', 'go')}</a></li>`}${
    each.id && RECORDS.includes(String(each.kind))
      ? html`<li><a href="/field/visits/${each.id}">${icon(ask, 'pencil')}<span>${t('看这条记录，改正')}</span>${icon(ask, 'right', 'go')}</a></li>`
      : ''
  }${toldWay(ask, each)}</ul>`;
  return { title: t('要您看一下'), body };
}

/** @param {Ask} ask @param {{id: string | null | undefined, kind: string | null | undefined}} each */
function toldWay(ask, { id, kind }) {
  if (!id || (kind !== 'activity' && kind !== 'posting')) return null;
  return html`<li><a href="/field/told/${id}">${icon(ask, 'pencil')}<span>${t('看这条记录，改正')}</span>${icon(ask, 'right', 'go')}</a></li>`;
}
