/** When something is not there or did not work: what happened, what is safe, what to do. Never a dead end. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { documentOf, fragmentOf, mainOf, POLICY } from './_frame.js';
import { banner } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/**
 * One sentence, what to do, and a way on, where a page would be.
 * @param {{title: string, say: string, href: string, words: string, status?: number}} said
 * @returns {Page}
 */
export function plain({ title, say, href, words, status = 200 }) {
  const body = html`<h1 class="title">${title}</h1><p class="sub">${say}</p><p class="lead"><a class="button main" href="${href}">${words}</a></p>`;
  return { title, body, status };
}

/**
 * @param {Ask} _ask
 * @returns {Page}
 */
export function notFound(_ask) {
  const title = t('没有这一页');
  return plain({ title, say: t('记下的都还在。'), href: '/field/', words: t('回到今天'), status: 404 });
}

/** A door that this phone does not hold. */
export function noPlace() {
  const title = t('这部手机里没有这一户');
  const say = t('可能换了网格，或户表还没更新。记下的都还在。');
  return plain({ title, say, href: '/field/list', words: t('回到户表'), status: 404 });
}

/** A record that this phone does not hold. */
export function noVisit() {
  const title = t('这部手机里没有这一条');
  return plain({ title, say: t('可能还没传到这部手机。'), href: '/field/', words: t('回到今天'), status: 404 });
}

/**
 * The answer when a request could not be carried out. A form stays as it is and the notice above it says so; a page that could
 * not be drawn is replaced by a plain one.
 * @param {Request} request
 * @param {string} assets
 * @returns {Response}
 */
export function notSaved(request, assets) {
  const posted = request.method !== 'GET';
  const within = request.headers.has('HX-Request');
  /** @type {Record<string, string>} */
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY };
  if (posted && within) {
    const act = html`<button class="button plain" type="submit" form="main-form">${t('再存一次')}</button>`;
    const text = banner(t('这一条没存上。'), t('填的都还在这一页。'), act, true).toString();
    return new Response(text, {
      status: 503,
      headers: { ...headers, 'HX-Retarget': '#notice', 'HX-Reswap': 'innerHTML', 'HX-Push-Url': 'false' },
    });
  }
  return new Response(troublePage(request, assets, posted, within), { status: 503, headers });
}

/**
 * @param {Request} request
 * @param {string} assets
 * @param {boolean} posted
 * @param {boolean} within
 */
function troublePage(request, assets, posted, within) {
  const url = new URL(request.url);
  const ask = /** @type {Ask} */ ({ url, assets, settings: { sunlight: false, scale: '18', locked: null } });
  const page = plain({
    title: posted ? t('这一条没存上') : t('这一页没打开'),
    say: posted ? t('写过的草稿还在，回去再存一次。') : t('记下的都还在。再打开一次；还不行，关掉再开。'),
    href: url.pathname + url.search,
    words: posted ? t('回去') : t('再打开一次'),
  });
  const main = mainOf(ask, page, null);
  return (within ? fragmentOf(page, main) : documentOf(ask, page, main)).toString();
}
