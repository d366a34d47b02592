/** 我的: who is signed in, how the screen looks, and how to leave without losing anything. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { activate, setSetting, signOut } from '../enrol.js';
import { campaigns, gridNames, gridsHeld, strip } from '../read.js';
import { choices } from './_choices.js';
import { atHand, othersAtHand } from './_now.js';
import { icon } from './_parts.js';
import { practiceLine } from './_practice.js';
import { seeOther } from './_redirect.js';
import { cleaning } from './_warnings.js';
import { lockLine } from './pin.js';
import { sunSwitch } from './today.js';
import { tellWays } from './told.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

/** Body size in px by name. @type {[string, string][]} */
const SCALES = [
  ['18', '标准'],
  ['22', '大字'],
  ['28', '更大'],
  ['36', '最大'],
];

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function mePage(ask) {
  const { worker } = ask.enrolment;
  const [names, held, running, others] = await Promise.all([
    gridNames(ask.db),
    gridsHeld(ask.db),
    campaigns(ask.db, ask.now),
    othersAtHand(ask),
  ]);
  const grids = (held ?? worker.grids).map((code) => names.get(code) || code).join('、');
  const body = html`<header class="head"><div><h1>${worker.name}</h1><p>${t('网格员')} ${worker.username}</p></div>${sunSwitch(ask)}</header>
${sizes(ask)}
<dl class="facts soft"><div><dt>${t('网格')}</dt><dd>${grids || t('还没分')}</dd></div>${
    running[0] && html`<div><dt>${t('行动')}</dt><dd>${running[0].name}</dd></div>`
  }<div><dt>${t('版本')}</dt><dd>${ask.build}</dd></div></dl>
<div class="spaced" data-install="me"></div><ul class="links spaced">${tellWays(ask)}</ul><ul class="links spaced">${others}${running.length > 1 && link(ask, '/field/campaigns', 'doc', t('换行动'), t('现在是{name}', { name: running[0]?.name ?? '' }))}${link(
    ask,
    '/field/checkup',
    'phone',
    t('手机查一查'),
    t('存不存得住、会不会被清'),
  )}${await lockLine(ask)}${practiceLine(icon(ask, 'play'), icon(ask, 'right', 'go'))}<li><a href="/field/enrol">${icon(ask, 'plus')}<span>${t('再登记一个人')}<small>${t('各记各的，互不影响')}</small></span>${icon(
    ask,
    'right',
    'go',
  )}</a></li><li><a href="/field/signout">${icon(ask, 'lock')}<span>${t('退出')}<small>${t('没传的会留着继续传')}</small></span>${icon(
    ask,
    'right',
    'go',
  )}</a></li></ul>${cleaning()}`;
  return { title: t('我的'), body, tab: 'me' };
}

/** How large the letters are. @param {Ask} ask */
export function sizes(ask) {
  return html`<div class="card"><form method="post" action="/field/me" data-send-on-change><input type="hidden" name="back" value="/field/me"><div class="field"><div
  class="label"><b>${t('字的大小')}</b></div>${choices(ask, { name: 'scale', options: SCALES, chosen: ask.settings.scale, layout: 'four' })}</div></form></div>`;
}

/**
 * @param {Ask} ask
 * @param {string} href
 * @param {string} mark
 * @param {string} word
 * @param {string} say
 */
function link(ask, href, mark, word, say) {
  return html`<li><a href="${href}">${icon(ask, mark)}<span>${word}<small>${say}</small></span>${icon(ask, 'right', 'go')}</a></li>`;
}

/**
 * POST: changes a setting of this phone and goes back to where the switch was.
 * @param {Ask} ask
 */
export async function change(ask) {
  const { form } = ask;
  const scale = form.get('scale');
  if (form.has('sunlight')) await setSetting('sunlight', form.get('sunlight') === 'on');
  if (scale && SCALES.some(([size]) => size === scale)) await setSetting('scale', scale);
  const back = form.get('back') ?? '';
  return seeOther(ask, /^\/field\/[\w/-]*$/.test(back) ? back : '/field/');
}

/** @param {Ask} ask */
export async function switchTo(ask) {
  const wanted = ask.form.get('device') ?? '';
  if ((await atHand()).some(({ device_id }) => device_id === wanted)) await activate(wanted);
  return seeOther(ask, '/field/');
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function signOutPage(ask) {
  const { waiting } = await strip(ask.db);
  const say = waiting ? t('还有 {n} 条没传。退出后会留在手机里，有网自己传。', { n: waiting }) : t('都传到了。');
  const body = html`<h1 class="title">${t('退出{name}', { name: ask.enrolment.worker.name })}</h1><p class="sub">${say}</p><p class="sub">${t(
    '户表会从这部手机拿走。下次要用新的登记码，或登录名和密码进来。',
  )}</p><form class="lead pair" method="post" action="/field/signout"><a class="button" href="/field/me">${t('先不退')}</a><button
    class="button">${t('退出')}</button></form>`;
  return { title: t('退出'), body };
}

/** @param {Ask} ask */
export async function leave(ask) {
  await signOut();
  return seeOther(ask, '/field/enrol');
}
