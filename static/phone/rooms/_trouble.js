/** When something is not there or did not work: what happened, what is safe, what to do. Never a dead end. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { copiesApart, rescueFile } from '../enrol.js';
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
  return { title, say, body, status };
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
 * not be drawn is replaced by one that asks no database: what is safe, and how what waits can still be taken off this phone.
 * @param {Request} request
 * @param {string} assets
 * @returns {Promise<Response>}
 */
export async function notSaved(request, assets) {
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
  const url = new URL(request.url);
  const ask = /** @type {Ask} */ ({ url, assets, settings: { sunlight: false, scale: '18', locked: null } });
  const page = posted ? notPosted(url) : stuck(url, await copiesApart());
  const main = mainOf(ask, page, null);
  return new Response((within ? fragmentOf(ask, page, main) : documentOf(ask, page, main)).toString(), {
    status: 503,
    headers,
  });
}

/**
 * A screen whose code is not in this host. The worker lets the page draw it, or carry out what was sent, which goes and gets what
 * it needs; a page that could not get it says so.
 * @param {Ask} ask
 * @returns {Page | Promise<Response>}
 */
export function elsewhere({ method, url, form, assets, fragment, settings: { locked } }) {
  const lock = locked ? { lock: locked } : {};
  const here = url.pathname + url.search;
  const waiting = html`<p class="sub spaced">${t('正在打开…')}</p>`;
  if (!fragment && method === 'GET')
    return {
      title: t('正在打开…'),
      body: html`<div data-elsewhere hx-get="${here}" hx-trigger="load" hx-replace-url="false">${waiting}</div>`,
      ...lock,
    };
  if (!fragment) {
    const fields = [...form].map(([name, text]) => html`<input type="hidden" name="${name}" value="${text}">`);
    const body = html`<form data-elsewhere method="post" action="${here}" hx-post="${here}" hx-trigger="load">${fields}${waiting}</form>`;
    return { title: t('正在打开…'), body, ...lock };
  }
  if (method === 'GET') {
    const say = t('这一页的程序还没下到手机里。走到有网的地方再打开一次。');
    return plain({ title: t('这一页没打开'), say, href: here, words: t('再打开一次'), status: 503 });
  }
  return notSaved(new Request(url, { method, headers: { 'HX-Request': 'true' } }), assets);
}

/** @param {URL} url */
function notPosted(url) {
  const say = t('写过的草稿还在，回去再存一次。');
  return plain({ title: t('这一条没存上'), say, href: url.pathname + url.search, words: t('回去') });
}

/**
 * @param {URL} url
 * @param {import('../sync/rescue.js').Apart[]} copies
 * @returns {Page}
 */
function stuck(url, copies) {
  const waiting = copies.reduce((sum, { lines }) => sum + lines.length, 0);
  const body = html`<h1 class="title">${t('这一页没打开')}</h1><p class="sub">${t('记下的都还在手机里。别清浏览器的数据。')}</p>
<ol class="steps"><li>${t('先再打开一次。')}</li><li>${t('还不行，把浏览器整个关掉再开；再不行，把手机关了再开。')}</li>${
    waiting > 0 && html`<li>${t('一直打不开，就把没传的 {n} 条存成文件，交给村里，村里能收。', { n: waiting })}</li>`
  }</ol><p class="lead"><a class="button main" href="${url.pathname + url.search}">${t('再打开一次')}</a></p>${copies.map(
    (_, i) =>
      html`<p class="lead"><a class="button wide" href="/field/rescue?n=${i}" download data-file>${t('存成文件')}</a></p>`,
  )}`;
  return { title: t('这一页没打开'), body };
}

/**
 * The file of what waits, read from the second copy alone. Answers where no database does.
 * @param {{url: URL}} ask
 */
export async function rescue({ url }) {
  const copies = await copiesApart();
  const group = copies[Number(url.searchParams.get('n') ?? 0)];
  const name = `doorknock-rescue-${(group?.device_id ?? '').slice(0, 8) || 'phone'}.ndjson`;
  return new Response(group ? rescueFile(group) : '', {
    status: group ? 200 : 404,
    headers: {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
    },
  });
}
