/** One record: what it says, and the ways to put it right. Nothing is ever edited in place; a correction is a new record. */
import { html } from '../../shared/html.js';
import { newId } from '../../shared/ids.js';
import { OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { campaign, placePage, search, visit } from '../read.js';
import { correct, voidVisit, withdraw } from '../record.js';
import { factsList, factsOf } from './_facts.js';
import { groupNames } from './_groups.js';
import { back, banner, called, formHead, icon, searchHint } from './_parts.js';
import { seeOther } from './_redirect.js';
import { carried, unsigned } from './_signed.js';
import { noPlace, noVisit } from './_trouble.js';
import { bodyOf } from './_visit_form.js';
import { formOf } from './_visit_open.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Visit} Visit */

const REASONS = ['点错了', '记了两遍', '不是我去的'];

/**
 * The record of this address and its door. `own`: by this worker and still standing, also by what is not sent yet.
 * @param {Ask} ask
 */
async function mine(ask) {
  const found = /** @type {Visit | null} */ (await visit(ask.db, ask.params.id ?? ''));
  const door = found && (await placePage(ask.db, found.place_id));
  const gone = found && (found.superseded_by || door?.history.find(({ id }) => id === found.id)?.superseded_by);
  const byMe = Boolean(found && (found.waiting || found.worker_id === ask.enrolment.worker.id));
  return { found, door, gone: Boolean(gone), byMe, own: byMe && !gone };
}

/**
 * The record, and for one's own the ways to put it right.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function visitPage(ask) {
  const { found, door, gone, byMe, own } = await mine(ask);
  if (!found) return noVisit();
  if (!door) return awayPage(ask, found);
  const [round, names] = await Promise.all([campaign(ask.db), groupNames(ask)]);
  const here = `/field/visits/${found.id}`;
  const title = called(door.place, names(door.place.group));
  const body = html`<nav class="nav">${back(ask, `/field/places/${door.place.id}`, t('这户'))}</nav><h1 class="title">${title}</h1>
${gone && html`<p class="hint">${t('这条已经改过或作废，不再算数。')}</p>`}
${factsList(factsOf(found, /** @type {any} */ (round), ask.now), [t('走访结果'), t(OUTCOMES[found.outcome]?.button ?? '')])}
${own && html`<ul class="links spaced">${ways(ask, here, found)}</ul>`}${!byMe && html`<p class="sub spaced">${t('不是您记的，要改请找记的人或村里。')}</p>`}`;
  return { title, body };
}

/**
 * One's own record of a door that has left this phone, as after a week as substitute: it is shown as it stands.
 * @param {Ask} ask
 * @param {Visit} found
 * @returns {Promise<Page>}
 */
async function awayPage(ask, found) {
  const facts = factsOf(found, /** @type {any} */ (await campaign(ask.db)), ask.now);
  const body = html`<nav class="nav">${back(ask, '/field/sync', t('同步'))}</nav><h1 class="title">${t('您记的一条走访')}</h1><p class="sub">${t(
    '这一户不在您的网格里了，记录算数。要改请找村里。',
  )}</p>${factsList(facts, [t('走访结果'), t(OUTCOMES[found.outcome]?.button ?? '')])}`;
  return { title: t('您记的一条走访'), body };
}

/**
 * @param {Ask} ask
 * @param {string} here
 * @param {Visit} found
 */
function ways(ask, here, found) {
  const signed =
    ['screen', 'paper', 'oral'].includes(found.commitment?.method ?? '') && !found.commitment?.withdrawn_at;
  const link = (
    /** @type {string} */ href,
    /** @type {string} */ mark,
    /** @type {string} */ word,
    /** @type {string} */ say,
  ) =>
    html`<li><a href="${here}/${href}">${icon(ask, mark)}<span>${word}<small>${say}</small></span>${icon(ask, 'right', 'go')}</a></li>`;
  return [
    link('fix', 'pencil', t('改正'), t('哪一项记错了，改过来')),
    link('move', 'pin', t('记错门'), t('挪到另一户')),
    link('void', 'x', t('误点'), t('这条作废')),
    signed && link('withdraw', 'undo', t('撤回承诺书'), t('住户说不签了')),
  ];
}

/**
 * 改正, 改一下: the visit's own form again, under a new id.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function fix(ask) {
  const { found, own } = await mine(ask);
  if (!found || !own) return noVisit();
  return seeOther(
    ask,
    `/field/places/${found.place_id}/visit?supersedes=${found.id}&outcome=${found.outcome}&id=${newId(ask.now)}`,
  );
}

/**
 * 记错门: looks for the right door.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function movePage(ask) {
  const { found, own } = await mine(ask);
  if (!found || !own) return noVisit();
  const text = ask.url.searchParams.get('q') ?? '';
  const [names, hits] = await Promise.all([groupNames(ask), text ? search(ask.db, text, { limit: 20 }) : null]);
  const here = `/field/visits/${found.id}`;
  const body = html`${formHead(ask, { href: here, title: t('挪到哪一户'), sub: t('这条记录会算到那一户。') })}
<form class="search" method="get" action="${here}/move"><input class="write" type="search" name="q" value="${text}" placeholder="${searchHint(ask)}" aria-label="${t('找户')}"><button class="button plain">${t('找')}</button></form>
${unsigned(found) && html`<p class="sub spaced">${t('签名的笔画这部手机里没有了，挪过去只记「签了」。原来那份服务器留着。')}</p>`}
${hits && !hits.rows.length && html`<div class="empty"><p>${t('没找到。换个说法再找。')}</p></div>`}
<form method="post" action="${here}/move" id="main-form"><input type="hidden" name="id" value="${newId(ask.now)}"><ul class="links">${(
    hits?.rows ?? []
  ).map(
    ({ place }) =>
      html`<li><button name="to" value="${place.id}"><span>${called(place, names(place.group))}<small>${place.landmark}</small></span>${icon(ask, 'right', 'go')}</button></li>`,
  )}</ul></form>`;
  return { title: t('记错门'), body };
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function move(ask) {
  const { found, own } = await mine(ask);
  if (!found || !own) return noVisit();
  const target = await placePage(ask.db, ask.form.get('to') ?? '');
  if (!target) return noPlace();
  const draft = { id: found.id, place_id: target.place.id, form: formOf(found, ask.now), updated_at: '' };
  const body = { ...bodyOf(draft, /** @type {any} */ (await campaign(ask.db)), ask.now), ...carried(found) };
  const id = ask.form.get('id') ?? newId(ask.now);
  await correct(ask.db, { id, supersedes: found.id, body, now: ask.now });
  return seeOther(ask, `/field/saved/${id}`);
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function voidPage(ask) {
  const { found, own } = await mine(ask);
  return found && own ? voidForm(ask, found, '') : noVisit();
}

/**
 * @param {Ask} ask
 * @param {Visit} found
 * @param {string} wrong
 * @returns {Page}
 */
function voidForm(ask, found, wrong) {
  const here = `/field/visits/${found.id}`;
  const body = html`${formHead(ask, { href: here, title: t('误点，这条作废'), sub: t('历史里还看得到，不再算数。') })}
<form class="form" method="post" id="main-form" action="${here}/void">${wrong && banner(wrong, '', false, true)}<input type="hidden" name="id"
  value="${newId(ask.now)}"><div class="fields"><div class="field"><div class="label"><b>${t('为什么')}</b></div><div class="cells one">${REASONS.map(
    (reason, i) =>
      html`<span><input class="pick" type="radio" name="reason" id="r${i}" value="${t(reason)}"><label class="cell" for="r${i}">${icon(ask, 'check')}${t(reason)}</label></span>`,
  )}</div></div><div class="field"><div class="label"><label for="other">${t('别的原因')}</label></div><input class="write" id="other" name="other"
  maxlength="60" autocomplete="off"></div></div><div class="bar"><button class="button main">${t('作废这条')}</button></div></form>`;
  return { title: t('误点'), body, layout: 'has-bar', status: wrong ? 422 : 200 };
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function voidIt(ask) {
  const { found, own } = await mine(ask);
  if (!found || !own) return noVisit();
  const reason = ask.form.get('other')?.trim() || ask.form.get('reason');
  if (!reason) return voidForm(ask, found, t('请选一个原因。'));
  await voidVisit(ask.db, { id: ask.form.get('id') ?? newId(ask.now), supersedes: found.id, reason, now: ask.now });
  return seeOther(ask, `/field/places/${found.place_id}?stored`);
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function withdrawPage(ask) {
  const { found } = await mine(ask);
  if (!found?.commitment) return noVisit();
  const here = `/field/visits/${found.id}`;
  const body = html`${formHead(ask, { href: here, title: t('撤回承诺书'), sub: t('住户随时能撤，不用说原因。') })}
<form class="form" method="post" id="main-form" action="${here}/withdraw"><input type="hidden" name="id" value="${newId(ask.now)}"><div
  class="fields"><p class="say spaced">${t('撤了以后，这户不算签过。走访还算。')}</p></div><div class="bar pair"><a class="button" href="${here}">${t(
    '先不撤',
  )}</a><button class="button">${t('撤回')}</button></div></form>`;
  return { title: t('撤回承诺书'), body, layout: 'has-bar' };
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function withdrawIt(ask) {
  const { found } = await mine(ask);
  if (!found?.commitment) return noVisit();
  await withdraw(ask.db, { id: ask.form.get('id') ?? newId(ask.now), commitment_id: found.id, now: ask.now });
  return seeOther(ask, `/field/places/${found.place_id}?stored`);
}
