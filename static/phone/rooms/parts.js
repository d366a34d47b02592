/** Small pieces the page asks for by itself: the strip after a sync, and what must be said aloud. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { acceptLoss, canary, emptied } from '../enrol.js';
import { strip } from '../read.js';
import { top } from './_frame.js';
import { banner, icon } from './_parts.js';
import { seeOther } from './_redirect.js';

/** @typedef {import('./_types.js').Ask} Ask */

/** @param {import('../../shared/html.js').Html | ''} piece */
function piece(piece) {
  return new Response(String(piece), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}

/** @param {Ask} ask */
export async function stripPart(ask) {
  return piece(top(ask, await strip(ask.db)) ?? '');
}

/**
 * Said when the browser has emptied its store; empty when nothing is missing. What the second copy still knew is back already.
 * @param {Ask} ask
 */
export async function lostPart(ask) {
  if (!ask.enrolment) return piece(emptiedWords(await emptied()));
  const { ok, lost, recovered } = await canary(ask.db);
  if (ok) return piece('');
  const back = recovered.length ? t('有 {n} 条没传的已经找回来了。', { n: recovered.length }) : '';
  const gone = lost.length ? t('有 {n} 条没传的找不回来，请看今天去过哪几家，补记一下。', { n: lost.length }) : '';
  const acts = html`<a class="button plain" href="/field/sync">${t('去同步')}</a><form method="post" action="/field/parts/lost"><button
    class="button plain">${t('知道了')}</button></form>`;
  return piece(
    banner(t('浏览器把这里的资料清掉过。'), `${back}${gone}${t('户表要同步一次再下回来。')}`, acts, lost.length > 0),
  );
}

/** Where even the list of workers is gone, before somebody has signed in again. @param {{waiting: number} | null} left */
function emptiedWords(left) {
  if (!left) return '';
  const todo = left.waiting
    ? t('有 {n} 条没传的还有一份。登记好就找回来，户表也会再下回来。', { n: left.waiting })
    : t('登记好，户表会再下回来。');
  return banner(t('浏览器把这里的资料清掉过。'), todo);
}

/** @param {Ask} ask */
export async function lossRead(ask) {
  await acceptLoss(ask.db);
  return seeOther(ask, '/field/sync');
}

/**
 * A new version waits. The page reloads once, and only when asked. On a form it takes one line (`?line`).
 * @param {Ask} ask
 */
export function updatePart(ask) {
  if (ask.url.searchParams.has('line'))
    return piece(
      html`<div class="banner thin" role="status"><b>${t('有新版本')}</b><button class="quiet" type="button" data-update>${t(
        '现在换',
      )}</button><button class="quiet" type="button" data-later aria-label="${t('等会儿')}">${icon(ask, 'x')}</button></div>`,
    );
  const acts = html`<button class="button plain" type="button" data-update>${t('现在换')}</button><button class="button plain" type="button"
    data-later>${t('等会儿')}</button>`;
  return piece(banner(t('有新版本。'), t('写了一半的会先存好，换好还在。'), acts));
}
