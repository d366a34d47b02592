/** 练习: begins, begins anew, ends; and what stands in it for the pages that are about the server and about who is signed in. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { endPractice, resetPractice, startPractice } from '../practice.js';
import { strip } from '../read.js';
import { icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { enrolNow } from './enrol.js';
import { sizes } from './me.js';
import { sunSwitch } from './today.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/** POST: from the page of signing in or from 我的. @param {Ask} ask */
export async function begin(ask) {
  await startPractice();
  return today(ask);
}

/** POST: 重新来过. @param {Ask} ask */
export async function again(ask) {
  if (ask.practice) await resetPractice(ask.now);
  return today(ask);
}

/** POST: back to the worker's own 今天, or to signing in where nobody has. @param {Ask} ask */
export async function end(ask) {
  await endPractice();
  return today(ask);
}

/** What practice has no page for. @param {Ask} ask */
export function today(ask) {
  return seeOther(ask, '/field/');
}

/**
 * POST: a real signing in, which ends the practice; a refused one does not.
 * @param {Ask} ask
 */
export async function enrolAfterAll(ask) {
  const said = await enrolNow(ask);
  if (said instanceof Response) await endPractice();
  return said;
}

/**
 * In place of 同步.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function practiceSync(ask) {
  const { waiting } = await strip(ask.db);
  const title = waiting ? t('练习里记了 {n} 条', { n: waiting }) : t('练习里还没记');
  const body = html`<h1 class="title">${title}</h1><p class="sub">${t('都只在这部手机里，不会发出去，也不算数。')}</p><p class="sub spaced">${t(
    '真的走访在这里看：服务器已收几条，手机里还有几条。没网照样记，有网自己传。',
  )}</p>${ways(ask)}`;
  return { title: t('同步'), body, tab: 'sync' };
}

/**
 * In place of 我的: the size of the letters may be tried, and nobody can be signed out from here.
 * @param {Ask} ask
 * @returns {Page}
 */
export function practiceMe(ask) {
  const body = html`<header class="head"><div><h1>${t('练习')}</h1><p>${t('练习巷 8 户，都是编的')}</p></div>${sunSwitch(ask)}</header>
${sizes(ask)}${ways(ask)}`;
  return { title: t('我的'), body, tab: 'me' };
}

/** @param {Ask} ask */
function ways(ask) {
  const way = (/** @type {string} */ action, /** @type {string} */ mark, /** @type {string} */ word, say = '') =>
    html`<li><form method="post" action="${action}"><button>${icon(ask, mark)}<span>${word}<small>${say}</small></span>${icon(
      ask,
      'right',
      'go',
    )}</button></form></li>`;
  return html`<ul class="links spaced">${way('/field/practice/again', 'undo', t('重新来过'), t('练习里记的都清掉，从头练'))}${way(
    '/field/practice/end',
    'x',
    t('结束练习'),
    t('回到真的户表，或去登记'),
  )}</ul>`;
}
