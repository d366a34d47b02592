/** What stands in place of a page that may not be seen: the PIN, or that the roster is gone or withheld. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { LEASE_DAYS, TRIES, vaultOf, waitLeft } from '../pin.js';
import { strip } from '../read.js';
import { keypad } from './_keypad.js';
import { banner, icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('../vault/unlock.js').Tried} Tried */
/** @typedef {'locked' | 'gone' | 'withheld'} Shut */

/** Pieces that a page asks for by itself are left out. */
const PIECE = /^\/field\/(parts|photos|sounds)\//;

/**
 * @param {Ask} ask
 * @param {Shut} state
 * @returns {Promise<Page | Response>}
 */
export async function shutPage(ask, state) {
  if (PIECE.test(ask.url.pathname)) return new Response('');
  if (state === 'gone') return gonePage(ask);
  return state === 'withheld' ? withheldPage(ask) : pinPage(ask);
}

/**
 * The keypad, with how it stands. The address stays that of the page that is wanted, so that it is there afterwards.
 * @param {Ask} ask
 * @param {Tried | null} [tried]
 * @returns {Promise<Page>}
 */
export async function pinPage(ask, tried = null) {
  const vault = await vaultOf(ask.db);
  const wait = vault ? waitLeft(vault, ask.now.getTime()) : 0;
  const isPosted = ask.url.pathname === '/field/pin';
  const to = isPosted ? (ask.form.get('to') ?? '/field/') : ask.url.pathname + ask.url.search;
  const { waiting } = await strip(ask.db);
  const body = html`<div class="shut"><header>${icon(ask, 'lock')}<div><h1>${t('密码')}</h1><p>${ask.enrolment.worker.name}</p></div></header>${said(
    tried,
    vault?.wrong ?? 0,
    wait,
  )}${keypad(ask, { action: '/field/pin', busy: t('正在开锁…'), wait, hidden: { to } })}${
    waiting > 0 && html`<p class="center">${t('有 {n} 条没传，锁着也会自己传。', { n: waiting })}</p>`
  }<p class="center"><a class="quiet" href="/field/pin/forgot">${t('忘了密码')}</a></p></div>`;
  return { title: t('密码'), body, layout: 'alone', status: tried ? 422 : 200, here: to, shut: true };
}

/**
 * @param {Tried | null} tried
 * @param {number} wrong
 * @param {number} wait
 */
function said(tried, wrong, wait) {
  const left = TRIES - wrong;
  const warns = wrong >= 3 && t('再错 {n} 次，户表就从这部手机里拿走。', { n: left });
  if (wait > 0)
    return banner(t('错了 {n} 次，等一等再试。', { n: wrong }), html`${waitWords(wait)}${warns}`, false, true);
  if (!tried || tried.ok) return warns && banner(t('前面错了 {n} 次。', { n: wrong }), warns);
  return banner(t('密码不对。'), warns || t('再按一次。'), false, true);
}

/** The page's script counts it down. @param {number} wait */
function waitWords(wait) {
  const seconds = Math.ceil(wait / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  const length = minutes ? t('{m} 分 {s} 秒', { m: minutes, s: rest }) : t('{s} 秒', { s: rest });
  return html`${t('还要等')} <strong data-countdown>${length}</strong>${t('。')}`;
}

/**
 * The keys were destroyed.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
async function gonePage(ask) {
  const [{ waiting }, revoked] = await Promise.all([strip(ask.db), ask.db.meta('revoked')]);
  const why = revoked
    ? t('这部手机已被停用。没写完的草稿也没有了。')
    : t('密码错了 {n} 次，或者点了忘了密码。没写完的草稿也没有了。', { n: TRIES });
  const body = html`<h1 class="title">${t('户表从这部手机里拿走了')}</h1><p class="sub">${why}</p><p class="sub">${
    waiting ? t('存好的走访还在：{n} 条没传的封着，有网自己传给服务器。', { n: waiting }) : t('存好的走访都传到了。')
  }</p><p class="sub">${
    revoked ? t('手机找回来了，跟镇里联系，再发一个登记码。') : t('请村里发一个登记码，重新登记，户表会再下来。')
  }</p><p class="lead"><a class="button main" href="/field/enrol">${t(
    '重新登记',
  )}</a></p>${waiting > 0 && fileLink(ask)}`;
  return { title: t('重新登记'), body, shut: true, lock: null };
}

/** @param {Ask} ask */
function fileLink(ask) {
  return html`<p class="center"><a class="quiet" href="/field/unsent" download data-file>${icon(ask, 'file')}${t('把没传的存成文件')}</a></p>`;
}

/**
 * Too long out of touch.
 * @param {Ask} ask
 * @returns {Page}
 */
function withheldPage(ask) {
  const say = t('这部手机 {n} 天没连上服务器。户表和记录都还在，连上一次就回来。', { n: LEASE_DAYS });
  const body = html`<h1 class="title">${t('户表先收起来了')}</h1><p class="sub">${say}</p><p class="sub">${t('走到有网的地方，点「立即同步」。手机的日期要是不对，先改成自动。')}</p><form class="lead" method="post" action="/field/sync"><button
    class="button main"><span class="idle">${icon(ask, 'sync')}</span><span class="idle">${t('立即同步')}</span><span class="busy">${t(
      '正在同步…',
    )}</span></button></form>${fileLink(ask)}`;
  return { title: t('户表先收起来了'), say, body, tab: 'today' };
}
