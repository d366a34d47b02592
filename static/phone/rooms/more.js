/** 更多 of a door: the other outcomes, reports, its details, and its whole history. */
import { html } from '../../shared/html.js';
import { COMMON_OUTCOMES, OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { placePage } from '../read.js';
import { groupNames } from './_groups.js';
import { back, called, formHead, icon } from './_parts.js';
import { noPlace } from './_trouble.js';
import { timeline } from './place.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/** @param {Ask} ask */
async function here(ask) {
  const [found, names] = await Promise.all([placePage(ask.db, ask.params.id ?? ''), groupNames(ask)]);
  return (
    found && { ...found, title: called(found.place, names(found.place.group)), url: `/field/places/${found.place.id}` }
  );
}

/**
 * @param {Ask} ask
 * @param {{href: string, mark: string, word: string, say?: string}} way
 */
function link(ask, { href, mark, word, say }) {
  return html`<li><a href="${href}">${icon(ask, mark)}<span>${word}${say && html`<small>${say}</small>`}</span>${icon(ask, 'right', 'go')}</a></li>`;
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function morePage(ask) {
  const door = await here(ask);
  if (!door) return noPlace();
  const { url } = door;
  const others = Object.keys(OUTCOMES).filter((outcome) => !COMMON_OUTCOMES.includes(outcome));
  const body = html`<nav class="nav">${back(ask, url, t('这户'))}</nav><h1 class="title">${door.title}</h1>
<h2 class="section">${t('别的走访结果')}</h2><ul class="links">${others.map((outcome) =>
    link(ask, {
      href: `${url}/visit?outcome=${outcome}`,
      mark: OUTCOMES[outcome]?.icon ?? '',
      word: t(OUTCOMES[outcome]?.button ?? ''),
    }),
  )}</ul>
<h2 class="section">${t('这一户')}</h2><ul class="links">
<li><form method="post" action="${url}/later"><button>${icon(ask, 'down')}<span>${t('往后放')}<small>${t('今天排到最后，只在这部手机里')}</small></span>${icon(
    ask,
    'right',
    'go',
  )}</button></form></li>
${link(ask, { href: `${url}/edit`, mark: 'pencil', word: t('改资料'), say: t('名字、电话、地标、要留意的') })}
${link(ask, { href: `${url}/report`, mark: 'alert', word: t('报告'), say: t('长期不在家、名单写错、重复，由村里看') })}
${link(ask, { href: `${url}/history`, mark: 'clock', word: t('全部记录') })}
${link(ask, { href: `${url}/family`, mark: 'copy', word: t('给外出家人的话'), say: t('一段话，复制到聊天里') })}
${link(ask, { href: `${url}/show`, mark: 'hand', word: t('给您看看记了什么'), say: t('把手机递给住户看，会锁住') })}</ul>`;
  return { title: t('更多'), body };
}

/**
 * 换一个: all outcomes for the form that is open.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function outcomesPage(ask) {
  const door = await here(ask);
  if (!door) return noPlace();
  const now = ask.url.searchParams.get('outcome');
  const to = (/** @type {string} */ outcome) => {
    const query = new URLSearchParams(ask.url.searchParams);
    query.set('outcome', outcome);
    return `${door.url}/visit?${query}`;
  };
  const head = formHead(ask, { href: now ? to(now) : door.url, title: door.title, sub: t('换一个走访结果') });
  const body = html`${head}<ul class="links">${Object.entries(OUTCOMES).map(([outcome, { button, icon: mark }]) =>
    link(ask, { href: to(outcome), mark, word: t(button) }),
  )}</ul>`;
  return { title: t('走访结果'), body };
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function historyPage(ask) {
  const door = await here(ask);
  if (!door) return noPlace();
  const body = html`<nav class="nav">${back(ask, door.url, t('这户'))}</nav><h1 class="title">${door.title}</h1><p class="sub">${t(
    '划掉的是改过或作废的，不再算数。',
  )}</p>${timeline(ask, /** @type {any} */ (door.history))}`;
  return { title: t('全部记录'), body };
}
