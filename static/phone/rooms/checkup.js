/** 手机查一查: what this phone and its browser can be trusted with, in words, and what to do where they cannot. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { checkup, isCramped } from '../checkup.js';
import { skew, strip } from '../read.js';
import { back, icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { cleaning, clockTodo, clockWords } from './_warnings.js';
import { clockOf, monthDay } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {{name: string, ok: boolean | null, say: string}} Check ok: null where nobody can say */
/** @typedef {Awaited<ReturnType<typeof checkup>>} Found */

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function checkupPage(ask) {
  const found = await checkup();
  const checks = [...browser(found), ...storage(found), await clock(ask), desktop(found)];
  const [href, words] = ask.enrolment ? ['/field/me', t('我的')] : ['/field/enrol', t('登记')];
  const wrong = checks.filter(({ ok }) => ok === false).length;
  const body = html`<nav class="nav">${back(ask, href, words)}</nav><h1 class="title">${t('手机查一查')}</h1><p class="sub">${
    wrong ? t('有 {n} 样要看一下。', { n: wrong }) : t('这部手机可以放心用。')
  }</p><ul class="rows spaced">${checks.map((check) => html`<li>${line(ask, check)}</li>`)}</ul>${found.app !== null && address(ask)}${cleaning()}
<form class="lead" method="post" action="/field/checkup"><button class="button wide">${t('再查一次')}</button></form>`;
  return { title: t('手机查一查'), body };
}

/**
 * The way to another browser.
 * @param {Ask} ask
 */
function address(ask) {
  return html`<p class="lead"><input class="write" id="address" readonly value="${ask.url.origin}/field/" aria-label="${t('网址')}"></p><p
  class="lead"><button class="button main" type="button" data-copy="address" data-done="${t('复制好了。打开那个浏览器，粘贴到上面的网址栏。')}" data-failed="${t(
    '没能复制。请按住上面的网址，选「复制」。',
  )}">${t('复制网址')}</button></p><p class="sub" id="copied" role="status"></p>`;
}

/**
 * @param {Ask} ask
 * @param {Check} check
 */
function line(ask, { name, ok, say }) {
  const mark = ok === null ? 'phone' : ok ? 'check' : 'alert';
  const word = ok === null ? '' : ok ? t('好') : t('要看一下');
  return html`<span class="row${ok === false && ' look'}">${icon(ask, mark, 'mark')}<span class="what"><span class="name">${name}</span><span
    class="kind">${word}</span><span class="second">${say}</span></span></span>`;
}

/** @param {Found} found @returns {Check[]} */
function browser({ app, offline }) {
  const inside = app ? t('这是{app}里的页面，', { app }) : t('这是别的软件里的页面，');
  return [
    {
      name: t('浏览器'),
      ok: app === null,
      say:
        app === null
          ? t('是手机的浏览器。')
          : inside + t('一清理就会连记录清掉。请复制网址，到手机自带的浏览器里打开。'),
    },
    {
      name: t('没网也能打开'),
      ok: offline,
      say: offline ? t('程序已放在手机里。') : t('程序还没放好。有网时关掉浏览器再打开一次。'),
    },
  ];
}

/** @param {Found} found @returns {Check[]} */
function storage({ keeps, copies, persisted, ...room }) {
  const cramped = isCramped(room);
  return [
    {
      name: t('存得住'),
      ok: keeps,
      say: keeps ? t('试着存了一下，读得回来。') : t('存不进去。可能开了无痕，请用普通窗口打开；也可能手机满了。'),
    },
    {
      name: t('没传的另存一份'),
      ok: copies,
      say: copies ? t('主要的一份坏了，还有一份。') : t('这个浏览器不让另存。有网就同步一次。'),
    },
    {
      name: t('地方'),
      ok: room.quota === null ? null : !cramped,
      say:
        room.quota === null
          ? t('浏览器没说还有多少。')
          : cramped
            ? t('太小：可能开了无痕，或手机快满了。请用普通窗口，清一清照片和视频。')
            : t('够用。'),
    },
    { name: t('不会被清掉'), ok: persisted, say: keptWords(persisted) },
  ];
}

/**
 * What it means that the browser promised, or did not, to leave the data alone.
 * @param {boolean | null} persisted
 */
export function keptWords(persisted) {
  if (persisted) return t('浏览器答应了：手机再满，也不清这里。');
  if (persisted === null) return t('浏览器没说。每天同步一次。');
  return t('浏览器还没答应：手机太满时可能清掉这里。放到桌面、常打开，它就会答应。每天同步一次。');
}

/**
 * @param {Ask} ask
 * @returns {Promise<Check>}
 */
async function clock(ask) {
  const behind = ask.db ? await skew(ask.db) : null;
  const now = ask.now.toISOString();
  const here = t('手机上是{day} {time}。', { day: monthDay(dayOf(ask.now)), time: clockOf(now) });
  const wrong = clockWords(behind);
  if (behind === null) return { name: t('时间'), ok: null, say: here + t('不对的话，连不上服务器。') };
  const say = wrong ? wrong + clockTodo((await strip(ask.db)).waiting) : here;
  return { name: t('时间'), ok: !wrong, say };
}

/** @param {Found} found @returns {Check} */
function desktop({ home }) {
  const name = t('放到桌面');
  if (home) return { name, ok: true, say: t('是从桌面打开的。') };
  const how = t(
    '安卓手机：点浏览器的菜单，选「添加到桌面」或「安装应用」。苹果手机：先把没传的传完，点「分享」，选「添加到主屏幕」，从桌面打开要再登记一次。',
  );
  return { name, ok: null, say: how };
}

/**
 * POST: asks the browser to leave the data alone, which only a tap may ask, and looks again.
 * @param {Ask} ask
 */
export async function lookAgain(ask) {
  const storage = /** @type {any} */ (globalThis.navigator?.storage); // a worker may not ask
  await storage?.persist?.().catch(() => false);
  return seeOther(ask, '/field/checkup');
}
