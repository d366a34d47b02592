/** 登记: this phone gets its worker by an eight-digit code, a scanned code, or a name and password; then the first download. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { roomHere } from '../checkup.js';
import { enrol } from '../enrol.js';
import { groups } from '../read.js';
import { leftBehind, othersAtHand } from './_now.js';
import { banner, icon } from './_parts.js';
import { practiceFirst } from './_practice.js';
import { seeOther } from './_redirect.js';
import { cleaning } from './_warnings.js';
import { keptWords } from './checkup.js';
import { oneRound } from './sync.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/** @type {Readonly<Record<string, string>>} */
const REFUSED = {
  no_answer: '没连上服务器。登记要有网，请走到有信号的地方再试。',
  login_failed: '登录名或密码不对。',
  locked: '试错太多次了，请过几分钟再试。扫二维码登记不受影响。',
  code_failed: '登记码不对，或已经用过、过了时间。请村里再发一个。',
};

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export function enrolPage(ask) {
  return sheet(ask, '', 200);
}

/**
 * @param {Ask} ask
 * @param {string} wrong
 * @param {number} status
 * @returns {Promise<Page>}
 */
async function sheet(ask, wrong, status) {
  const named = ask.form.has('username');
  const already =
    ask.enrolment &&
    html`<nav class="nav"><a class="quiet" href="/field/me">${icon(ask, 'left')}${t('我的')}</a></nav>`;
  const body = html`${already}<div class="brand"><span class="plate">${icon(ask, 'today')}</span><h1>${t('敲门行动')}</h1></div>
<p class="sub">${t('先登记这部手机，以后没网也能记。')}</p>${wrong && html`<div class="spaced">${banner(wrong, '', false, true)}</div>`}
<form class="enrol" method="post" action="/field/enrol" id="main-form"><input type="hidden" name="secret" value="${ask.form.get('secret')}" data-secret><p
  class="say" data-scanned hidden>${icon(ask, 'check')}${t('扫到登记码了，点下面就登记。')}</p><div class="field" data-typed><div class="label"><label for="code">${t('登记码')}</label><small>${t(
    '村里给的 8 位数字',
  )}</small></div><input class="write code" id="code" name="code" inputmode="numeric" pattern="[0-9 ]*" maxlength="9" autocomplete="one-time-code"
  value="${ask.form.get('code')}"></div><button class="button main">${waitWords(t('登记这部手机'), t('正在登记…'))}</button></form>
<details class="enrol more-fields"${named && html` open`}><summary>${t('没有登记码，用登录名和密码')}${icon(ask, 'down')}</summary><form method="post" action="/field/enrol"><div
  class="field"><div class="label"><label for="username">${t('登录名')}</label></div><input class="write" id="username" name="username" autocomplete="username"
  autocapitalize="none" value="${ask.form.get('username')}"></div><div class="field"><div class="label"><label for="password">${t(
    '密码',
  )}</label></div><input class="write" id="password" name="password" type="password" autocomplete="current-password"></div><button
  class="button wide">${waitWords(t('登记'), t('正在登记…'))}</button></form></details>${practiceFirst(ask)}
<ul class="links spaced">${!ask.enrolment && (await othersAtHand(ask))}<li><a href="/field/checkup">${icon(ask, 'phone')}<span>${t('手机查一查')}<small>${t(
    '存不存得住、会不会被清',
  )}</small></span>${icon(ask, 'right', 'go')}</a></li></ul>${!ask.enrolment && (await leftBehind())}${cleaning()}`;
  return { title: t('登记'), body, status };
}

/**
 * @param {string} idle
 * @param {string} busy
 */
function waitWords(idle, busy) {
  return html`<span class="idle">${idle}</span><span class="busy">${busy}</span>`;
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function enrolNow(ask) {
  const { proof, missing } = proofOf(ask.form);
  if (!proof) return sheet(ask, missing, 422);
  const fetching = ask.env.fetch ?? globalThis.fetch.bind(globalThis);
  const said = await enrol(proof, { fetch: fetching, appVersion: ask.build, name: t('手机'), base: ask.url.origin });
  if (said.ok) return seeOther(ask, '/field/first');
  if (said.code !== 'no_answer') ask.form.delete('secret'); // used up or too old: then it is typed
  const why = 'code' in proof && said.code === 'login_failed' ? 'code_failed' : said.code;
  return sheet(ask, t(REFUSED[why] ?? (said.title || '服务器没有收。请再试一次。')), 422);
}

/**
 * A scanned code is longer than a typed one and goes as it is.
 * @param {URLSearchParams} form
 * @returns {{proof: {code: string} | {username: string, password: string} | null, missing: string}}
 */
function proofOf(form) {
  const secret = form.get('secret') ?? '';
  const code = (form.get('code') ?? '').replace(/\D/g, '');
  const username = form.get('username')?.trim() ?? '';
  const password = form.get('password') ?? '';
  if (secret && !username) return { proof: { code: secret }, missing: '' };
  if (!username) return { proof: code.length === 8 ? { code } : null, missing: t('登记码是 8 位数字，还差几位。') };
  return { proof: password ? { username, password } : null, missing: t('请填密码。') };
}

/**
 * The first download: goes on by itself, page by page, and says how far it is. What comes of it takes its place in the history,
 * for going back to a page that goes on by itself would never get further back.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function firstPage(ask) {
  const told = ask.url.searchParams.get('told');
  const places = (await groups(ask.db)).reduce((sum, group) => sum + group.places, 0);
  const trouble = told === 'no_answer' ? '没连上服务器。走到有信号的地方再试。' : '服务器没有答应，过一会儿再试。';
  const go = html`<form class="lead" method="post" action="/field/first" hx-replace-url="true"${!told && html` hx-trigger="load delay:200ms, submit"`}><button class="button main">${waitWords(
    told ? t('再下一次') : t('下户表'),
    t('正在下户表…'),
  )}</button></form>`;
  const body = html`<h1 class="title">${t('{name}，登记好了', { name: ask.enrolment.worker.name })}</h1><p class="sub">${
    places
      ? t('户表已下到这部手机 {n} 户，还在下。', { n: places })
      : t('现在把户表下到这部手机，大约一分钟。中断了下次接着下。')
  }</p>${told && html`<div class="spaced">${banner(t(trouble), t('登记没有丢，可以先进去看看。'))}</div>`}<p class="sub spaced">${keptWords((await roomHere()).persisted)}</p>${go}<p class="center"><a class="quiet"
    href="/field/">${t('先进去')}</a></p>`;
  return { title: t('下户表'), body };
}

/** @param {Ask} ask */
export async function firstRound(ask) {
  const said = await oneRound(ask);
  if (said.outcome !== 'ok') return seeOther(ask, `/field/first?told=${said.outcome}`);
  return seeOther(ask, said.more ? '/field/first' : '/field/lanes');
}
