/** 锁: the PIN set, changed and taken off; what becomes of things where it was forgotten. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { changePin, giveUp, isWanted, isWeak, lockAfter, MINUTES, putOn, takeOff } from '../padlock.js';
import { vaultOf } from '../pin.js';
import { strip } from '../read.js';
import { choices } from './_choices.js';
import { DIGITS, keypad } from './_keypad.js';
import { back, banner, formHead, icon } from './_parts.js';
import { seeOther } from './_redirect.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

const PAGE = '/field/pin';

/**
 * 我的 → 锁.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function lockPage(ask) {
  const [vault, wanted] = await Promise.all([vaultOf(ask.db), isWanted(ask.db, ask.now)]);
  const head = html`<nav class="nav">${back(ask, '/field/me', t('我的'))}</nav><h1 class="title">${t('锁')}</h1>`;
  if (!vault)
    return {
      title: t('锁'),
      body: html`${head}<p class="sub">${t('还没有上锁。设一个 6 位密码，别人拿到手机也看不到户表。')}</p><p class="lead"><a
        class="button main" href="${PAGE}/set">${t('设密码')}</a></p>`,
    };
  const options = /** @type {[string, string][]} */ (MINUTES.map((n) => [String(n), t('{n} 分钟', { n })]));
  const body = html`${head}${
    ask.url.searchParams.has('done') && banner(t('密码换好了。'), t('下次用新的。'))
  }<p class="sub">${t('锁着。户表、记录、草稿都封在这部手机里，没有密码打不开。')}</p><form class="lead" method="post" action="${PAGE}/lock"><button
  class="button main">${icon(ask, 'lock')}${t('现在锁上')}</button></form><div class="card"><form method="post" action="${PAGE}/minutes" data-send-on-change><div
  class="field"><div class="label"><b>${t('多久不碰就自己锁')}</b></div>${choices(ask, { name: 'minutes', options, chosen: String(vault.minutes), layout: 'three' })}</div></form></div>
<ul class="links spaced"><li><a href="${PAGE}/set">${icon(ask, 'pencil')}<span>${t('换密码')}</span>${icon(ask, 'right', 'go')}</a></li>${
    !wanted &&
    html`<li><a href="${PAGE}/off">${icon(ask, 'x')}<span>${t('不要锁了')}<small>${t('要按一遍密码')}</small></span>${icon(ask, 'right', 'go')}</a></li>`
  }</ul>${wanted && html`<p class="hint">${t('这次行动要求手机上锁，所以不能取消。')}</p>`}`;
  return { title: t('锁'), body };
}

/** POST @param {Ask} ask */
export async function minutes(ask) {
  await lockAfter(ask.db, Number(ask.form.get('minutes')));
  return seeOther(ask, PAGE);
}

/**
 * Setting it, and changing it: the present one first, then the new one, twice.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function setPage(ask) {
  return (await vaultOf(ask.db)) ? step(ask, { ask: 'old' }) : step(ask, { ask: 'first' });
}

/** @typedef {{ask: 'old' | 'first' | 'second', wrong?: string, old?: string, first?: string}} Step */

/** @type {Readonly<Record<Step['ask'], {title: string, say: string}>>} */
const STEPS = {
  old: { title: '按现在的密码', say: '' },
  first: { title: '设一个 6 位密码', say: '自己记得住、别人猜不到的。别用电话号码和门牌号。' },
  second: { title: '再按一遍', say: '跟刚才的一样。' },
};

/**
 * @param {Ask} ask
 * @param {Step} how
 * @returns {Promise<Page>}
 */
async function step(ask, { ask: which, wrong = '', old = '', first = '' }) {
  const { title, say } = STEPS[which];
  const wanted = !old && which !== 'old' && (await isWanted(ask.db, ask.now));
  const isFirst = which === 'first' && !old;
  const to = ask.form.get('to') ?? (ask.url.pathname.startsWith(PAGE) ? '' : ask.url.pathname + ask.url.search);
  const body = html`<div class="shut"><header>${icon(ask, 'lock')}<div><h1>${t(title)}</h1>${
    wanted && isFirst ? html`<p>${t('镇里请大家给手机上锁，丢了别人也看不到户表。')}</p>` : html`<p>${t(say)}</p>`
  }</div></header>${wrong && banner(wrong, '', false, true)}${keypad(ask, {
    action: `${PAGE}/set`,
    busy: which === 'first' ? '' : t('正在上锁…'),
    hidden: { step: which, old, first, to },
  })}${wanted && isFirst && html`<p class="center">${t(say)}</p>`}${
    isFirst && html`<p class="center">${t('忘了密码，户表要重新下，存好的走访不会丢。')}</p>`
  }${!wanted && html`<p class="center"><a class="quiet" href="${PAGE}">${t('先不设')}</a></p>`}</div>`;
  return {
    title: t('设密码'),
    body,
    layout: 'alone',
    status: wrong ? 422 : 200,
    here: to || `${PAGE}/set`,
    shut: true,
  };
}

/** POST: goes on step by step. @param {Ask} ask @returns {Promise<Page | Response>} */
export async function set(ask) {
  const { form } = ask;
  const [pin, old, first] = ['pin', 'old', 'first'].map((name) => form.get(name) ?? '');
  if (!/^\d{6}$/.test(pin ?? '') || DIGITS !== 6) return step(ask, { ask: 'first', old, wrong: t('要 6 位数字。') });
  if (form.get('step') === 'old') return step(ask, { ask: 'first', old: pin });
  if (form.get('step') !== 'second') {
    if (isWeak(pin ?? '')) return step(ask, { ask: 'first', old, wrong: t('这个太好猜了，换一个。') });
    return step(ask, { ask: 'second', old, first: pin });
  }
  if (pin !== first) return step(ask, { ask: 'first', old, wrong: t('两遍不一样，从头再来。') });
  return (await vaultOf(ask.db)) ? changed(ask, old ?? '', pin ?? '') : putOnNow(ask, pin ?? '');
}

/** @param {Ask} ask @param {string} pin */
async function putOnNow(ask, pin) {
  const done = await putOn(ask.db, pin, ask.now.getTime());
  if (!done) return step(ask, { ask: 'first', wrong: t('还没连上过服务器，先同步一次再设。') });
  const to = ask.form.get('to') ?? '';
  return seeOther(ask, /^\/field\/(?!pin)/.test(to) ? to : PAGE);
}

/** @param {Ask} ask @param {string} old @param {string} pin */
async function changed(ask, old, pin) {
  const tried = await changePin(ask.db, old, pin, ask.now.getTime());
  if (tried.ok) return seeOther(ask, `${PAGE}?done`);
  if (tried.gone) return seeOther(ask, '/field/');
  return step(ask, { ask: 'old', wrong: tried.wait ? t('错了太多次，过一会儿再换。') : t('现在的密码不对，没有换。') });
}

/** @param {Ask} ask @returns {Page} */
export function offPage(ask, wrong = '') {
  const body = html`${formHead(ask, { href: PAGE, title: t('不要锁了') })}<div class="shut"><p class="center">${t(
    '以后谁拿到手机都能看到户表。按密码就取消。',
  )}</p>${wrong && banner(wrong, '', false, true)}${keypad(ask, { action: `${PAGE}/off`, busy: t('正在打开…') })}</div>`;
  return { title: t('不要锁了'), body, status: wrong ? 422 : 200 };
}

/** POST @param {Ask} ask */
export async function off(ask) {
  if (!(await vaultOf(ask.db)) || (await isWanted(ask.db, ask.now))) return seeOther(ask, PAGE);
  const tried = await takeOff(ask.db, ask.form.get('pin') ?? '', ask.now.getTime());
  if (tried.ok || tried.gone) return seeOther(ask, tried.ok ? PAGE : '/field/');
  return offPage(ask, tried.wait ? t('错了太多次，过一会儿再试。') : t('密码不对。'));
}

/**
 * 忘了密码: what goes and what stays, before anything is done.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function forgotPage(ask) {
  const { waiting } = await strip(ask.db);
  const kept = waiting ? t('存好没传的 {n} 条走访：封着，有网自己传。', { n: waiting }) : t('存好的走访：都传到了。');
  const body = html`<h1 class="title">${t('忘了密码')}</h1><p class="sub">${t('谁也打不开，镇里也不行。只能从头来：')}</p><dl class="facts soft"><div><dt>${t(
    '会丢',
  )}</dt><dd>${t('没写完的草稿')}</dd></div><div><dt>${t('不会丢')}</dt><dd>${kept}</dd></div><div><dt>${t(
    '户表',
  )}</dt><dd>${t('从手机里拿走，重新登记后再下来')}</dd></div></dl><p class="sub">${t('先请村里发一个登记码，拿到了再点。')}</p><form
  class="lead pair" method="post" action="${PAGE}/forgot"><a class="button" href="/field/">${t('再想想')}</a><button class="button">${t(
    '从头来',
  )}</button></form>`;
  return { title: t('忘了密码'), body, shut: true };
}

/** POST @param {Ask} ask */
export async function forget(ask) {
  if (!(await vaultOf(ask.db))) return seeOther(ask, PAGE);
  return seeOther(ask, (await giveUp(ask.db)) ? '/field/first' : '/field/enrol');
}

/**
 * The line of 我的; nothing where nobody asked for a lock.
 * @param {Ask} ask
 */
export async function lockLine(ask) {
  const [vault, wanted] = await Promise.all([vaultOf(ask.db), isWanted(ask.db, ask.now)]);
  if (!vault && !wanted) return null;
  return html`<li><a href="${PAGE}">${icon(ask, 'lock')}<span>${t('锁')}<small>${
    vault ? t('现在锁上、换密码') : t('还没有上锁')
  }</small></span>${icon(ask, 'right', 'go')}</a></li>`;
}
