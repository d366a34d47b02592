/** 记一次活动, 记一次张贴: what was held and what was put up; one record of it, and the ways to put it right. */
import { dayOf, visitedAt } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { newId } from '../../shared/ids.js';
import { ACTIVITIES, POSTINGS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { photosIn } from '../photos.js';
import { campaign, gridNames, gridsHeld, groups } from '../read.js';
import { tell, voidVisit } from '../record.js';
import { doneAt, told, toldOne } from '../told.js';
import { choices } from './_choices.js';
import { factsList } from './_facts.js';
import { groupNames } from './_groups.js';
import { back, icon, section } from './_parts.js';
import { seeOther } from './_redirect.js';
import { line, sheet } from './_sheet.js';
import { notFound, noVisit } from './_trouble.js';
import { stepper, whenField } from './_visit_fields.js';
import { count, whenOf } from './_visit_form.js';
import { momentWords } from './_when.js';
import { photoField } from './photos.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {Record<string, string>} Fields */
/** @typedef {import('../told.js').Told} Told */

const WORDS_LIMIT = 40;
const MOST = 999;
const REASONS = ['点错了', '记了两遍', '没有办成'];

/** What each kind of telling is called. @type {Readonly<Record<string, {title: string, kinds: Readonly<Record<string, string>>, icon: string}>>} */
const WHAT = {
  activity: { title: '记一次活动', kinds: ACTIVITIES, icon: 'people' },
  posting: { title: '记一次张贴', kinds: POSTINGS, icon: 'pin' },
};

/** The two ways in, for lists of ways. @param {Ask} ask */
export function tellWays(ask) {
  return Object.entries(WHAT).map(
    ([what, { title, icon: mark }]) =>
      html`<li><a href="/field/tell/${what}">${icon(ask, mark)}<span>${t(title)}<small>${
        what === 'activity' ? t('宣讲、院坝会、赶集摆点') : t('门牌、宣传画、横幅')
      }</small></span>${icon(ask, 'right', 'go')}</a></li>`,
  );
}

/**
 * GET: the form. Its address keeps the id, so that a second tap adds nothing; with `supersedes` it begins with what was told before.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function tellForm(ask) {
  const what = ask.params.what ?? '';
  const query = ask.url.searchParams;
  if (!WHAT[what]) return notFound(ask);
  if (!query.get('id')) {
    const known = new URLSearchParams({ ...Object.fromEntries(query), id: newId(ask.now) });
    return seeOther(ask, `/field/tell/${what}?${known}`);
  }
  if (await toldOne(ask.db, query.get('id') ?? '')) return seeOther(ask, '/field/walked');
  const earlier = query.get('supersedes') ? await toldOne(ask.db, query.get('supersedes') ?? '') : null;
  if (query.get('supersedes') && (!earlier?.stands || earlier.kind !== what)) return noVisit();
  return drawn(ask, what, earlier ? formOf(earlier) : {}, '');
}

/**
 * @param {Ask} ask
 * @param {string} what
 * @param {Fields} form
 * @param {string} wrong
 * @returns {Promise<Page>}
 */
async function drawn(ask, what, form, wrong) {
  const { title, kinds } = /** @type {(typeof WHAT)[string]} */ (WHAT[what]);
  const supersedes = ask.url.searchParams.get('supersedes');
  const inside = html`<div class="field"><div class="label"><b>${what === 'activity' ? t('哪一种') : t('贴的是什么')}</b></div>${choices(
    ask,
    { name: 'kind', options: Object.entries(kinds), chosen: form.kind, layout: 'three' },
  )}</div>${whenField({ ask, form }, t('什么时候'))}${what === 'activity' ? await activityFields(ask, form) : await postingFields(ask, form)}`;
  return sheet(ask, {
    href: supersedes ? `/field/told/${supersedes}` : '/field/me',
    title: supersedes ? t('改正') : t(title),
    sub: t('只记活动和地方，不写人名。'),
    action: `/field/tell/${what}${ask.url.search}`,
    wrong,
    inside,
    key: t('保存'),
  });
}

/**
 * @param {Ask} ask
 * @param {Fields} form
 */
async function activityFields(ask, form) {
  return html`${many(ask, t('来了多少人'), 'people', form.people)}${many(ask, t('发了几份资料'), 'handouts', form.handouts)}${await gridField(
    ask,
    form,
  )}${line(t('名称'), 'name', form.name, { say: t('可以不写'), max: WORDS_LIMIT })}`;
}

/**
 * @param {Ask} ask
 * @param {Fields} form
 */
async function postingFields(ask, form) {
  const [all, round] = await Promise.all([groups(ask.db), campaign(ask.db, ask.now)]);
  return html`${stepper(ask, t('几张、几块'), 'count', form.count ?? '1')}<div class="field"><div class="label"><b>${t('哪一组')}</b></div>${choices(
    ask,
    {
      name: 'group',
      options: all.map(({ code, name }) => [code, name || t('没分组')]),
      chosen: form.group ?? (all.length === 1 ? all[0]?.code : undefined),
      layout: 'three',
    },
  )}</div>${line(t('贴在哪里'), 'spot', form.spot, { say: t('可以不写，例如村口'), max: WORDS_LIMIT })}${photoField(
    { ask, form, campaign: /** @type {any} */ (round) },
    true,
  )}`;
}

/** Asked only of who walks several. @param {Ask} ask @param {Fields} form */
async function gridField(ask, form) {
  const [codes, names] = await Promise.all([gridsOf(ask), gridNames(ask.db)]);
  if (codes.length < 2) return null;
  return html`<div class="field"><div class="label"><b>${t('在哪个网格')}</b></div>${choices(ask, {
    name: 'grid',
    options: codes.map((code) => [code, names.get(code) || code]),
    chosen: form.grid,
    layout: 'one',
  })}</div>`;
}

/** @param {Ask} ask @returns {Promise<string[]>} */
async function gridsOf(ask) {
  const held = await gridsHeld(ask.db);
  const known = (await groups(ask.db)).map(({ grid }) => grid).filter(Boolean);
  return held?.length ? held : [...new Set(known)];
}

/**
 * A number that may be large: by tens and by ones.
 * @param {Ask} ask
 * @param {string} label
 * @param {string} name
 * @param {string | undefined} value
 */
function many(ask, label, name, value) {
  const key = (/** @type {number} */ step) => {
    const says = step < 0 ? t('{what}减 {n}', { what: label, n: -step }) : t('{what}加 {n}', { what: label, n: step });
    const ten = step < 0 ? '−10' : '+10';
    return html`<button type="button" data-step="${step}" aria-label="${says}">${
      Math.abs(step) === 1 ? icon(ask, step < 0 ? 'minus' : 'plus') : ten
    }</button>`;
  };
  return html`<div class="field stepper many" data-stepper="${MOST}"><b>${label}</b><div class="turn">${key(-10)}${key(-1)}<output>${count(
    value,
  )}</output><input type="hidden" name="${name}" value="${count(value)}">${key(1)}${key(10)}</div></div>`;
}

/**
 * POST: saves, or says what is missing and keeps everything that was filled in.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function tellIt(ask) {
  const what = ask.params.what ?? '';
  if (!WHAT[what]) return notFound(ask);
  const form = Object.fromEntries([...ask.form].filter(([, value]) => value !== ''));
  const supersedes = ask.url.searchParams.get('supersedes');
  const where = what === 'activity' ? await gridOf(ask, form) : await groupOf(ask, form);
  const wrong = problem(what, form, where);
  if (wrong) return drawn(ask, what, form, wrong);
  const id = ask.url.searchParams.get('id') ?? newId(ask.now);
  const body = { ...(supersedes ? { supersedes } : {}), ...bodyOf(what, form, ask.now), ...where };
  await tell(ask.db, { id, kind: /** @type {'activity' | 'posting'} */ (what), body, now: ask.now });
  return seeOther(ask, `/field/told/${id}?stored`);
}

/** @param {Ask} ask @param {Fields} form @returns {Promise<Fields | null>} */
async function gridOf(ask, { grid }) {
  const codes = await gridsOf(ask);
  const code = codes.length === 1 ? codes[0] : codes.find((each) => each === grid);
  return code ? { grid: code } : null;
}

/** @param {Ask} ask @param {Fields} form @returns {Promise<Fields | null>} */
async function groupOf(ask, form) {
  const found = (await groups(ask.db)).find(({ code }) => code === (form.group ?? ''));
  if (!found) return null;
  return { grid: found.grid, ...(found.code ? { group: found.code } : {}) };
}

/**
 * @param {string} what
 * @param {Fields} form
 * @param {Fields | null} where
 */
function problem(what, form, where) {
  if (!WHAT[what]?.kinds[form.kind ?? '']) return what === 'activity' ? t('请选是哪一种活动。') : t('请选贴的是什么。');
  if (what === 'posting' && count(form.count) < 1) return t('几张还是 0。至少记 1 张。');
  if (!where) return what === 'activity' ? t('请选在哪个网格。') : t('请选是哪一组。');
  return '';
}

/**
 * @param {string} what
 * @param {Fields} form
 * @param {Date} now
 */
function bodyOf(what, form, now) {
  const common = { kind: form.kind, done_at: form.visited_at || visitedAt(whenOf(form), now) };
  const words = (/** @type {string | undefined} */ text) =>
    [...(text ?? '').trim()].slice(0, WORDS_LIMIT).join('') || null;
  if (what === 'activity')
    return { ...common, name: words(form.name), people: count(form.people), handouts: count(form.handouts) };
  const photos = photosIn(form.photos);
  return { ...common, spot: words(form.spot), count: count(form.count), ...(photos.length ? { photos } : {}) };
}

/** The form of what is to be corrected. @param {Told} told @returns {Fields} */
function formOf(told) {
  const { photos, ...body } = told.body;
  const form = { ...body, visited_at: doneAt(told), photos: (photos ?? []).join(',') };
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, String(value)]])),
  );
}

/**
 * The record, and while it stands the ways to put it right.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function toldPage(ask) {
  const [found, names] = await Promise.all([toldOne(ask.db, ask.params.id ?? ''), groupNames(ask)]);
  if (!found) return noVisit();
  const here = `/field/told/${found.id}`;
  const stored = ask.url.searchParams.has('stored') && found.stands;
  const body = html`<nav class="nav">${back(ask, '/field/walked', t('今天走过的'))}</nav>
${stored && html`<p class="stored" role="status">${icon(ask, 'check')}${t('已存好，在这部手机里。')}</p>`}<h1 class="title">${kindWord(found)}</h1>
${!found.stands && html`<p class="hint">${t('这条已经改过或作废，不再算数。')}</p>`}
${factsList(factsOf(ask, found, names))}
${found.stands && html`<ul class="links spaced">${ways(ask, found, here)}</ul>`}`;
  return { title: kindWord(found), body, here };
}

/** @param {Ask} ask @param {Told} found @param {string} here */
function ways(ask, { id, kind }, here) {
  const link = (/** @type {string[]} */ [href, mark, word, say]) =>
    html`<li><a href="${href}">${icon(ask, mark ?? '')}<span>${word}<small>${say}</small></span>${icon(ask, 'right', 'go')}</a></li>`;
  return [
    link([`/field/tell/${kind}?supersedes=${id}`, 'pencil', t('改正'), t('哪一项记错了，改过来')]),
    link([`${here}/void`, 'x', t('误点'), t('这条作废')]),
    link([`/field/tell/${kind}`, 'plus', t('再记一次'), '']),
  ];
}

/** @param {Told} told */
function kindWord({ kind, body }) {
  const kinds = WHAT[kind]?.kinds ?? {};
  return t(kinds[body.kind] ?? kinds.other ?? '');
}

/** How many, in a few words. @param {Told} told */
function amountWord({ kind, body }) {
  if (kind === 'posting')
    return body.kind === 'plaque' ? t('{n} 块', { n: body.count ?? 0 }) : t('{n} 张', { n: body.count ?? 0 });
  const told = [
    body.people && t('{n} 人', { n: body.people }),
    body.handouts && t('发了 {n} 份', { n: body.handouts }),
  ];
  return told.filter(Boolean).join('，');
}

/**
 * @param {Ask} ask
 * @param {Told} found
 * @param {(code: string | null | undefined) => string} names
 * @returns {[string, string][]}
 */
function factsOf(ask, found, names) {
  const { body, held } = found;
  /** @type {[string, string | null | undefined][]} */
  const facts = [
    [t('多少'), amountWord(found)],
    [t('名称'), body.name],
    [t('哪一组'), names(body.group)],
    [t('贴在哪里'), body.spot],
    [t('照片'), body.photos?.length ? t('{n} 张', { n: body.photos.length }) : null],
    [t('什么时候'), momentWords(doneAt(found), ask.now)],
    [t('到哪里了'), held ? t('服务器已收') : t('还在手机里')],
  ];
  return facts.flatMap(([label, value]) => (value ? [/** @type {[string, string]} */ ([label, value])] : []));
}

/**
 * What was told of a day, for the page of what was walked.
 * @param {Ask} ask
 * @param {string} day
 */
export async function toldOn(ask, day) {
  const [all, names] = await Promise.all([told(ask.db, day), groupNames(ask)]);
  if (!all.length) return null;
  return html`${section(t('活动和张贴'), t('{n} 条', { n: all.length }))}<ul class="rows">${all.map((each) => {
    const { body, held, attention, id } = each;
    const second = [names(body.group), body.name ?? body.spot].filter(Boolean).join('·');
    return html`<li><a class="row" href="/field/told/${id}">${icon(ask, WHAT[each.kind]?.icon ?? '', 'mark')}<span class="what"><span
      class="name">${kindWord(each)}</span><span class="kind">${amountWord(each)}</span><span class="second">${second}<span
      class="receipt${held && !attention ? '' : ' amber'}">${icon(ask, held ? 'check' : 'phone')}${
        attention ? t('要您看一下') : held ? t('服务器已收') : t('还在手机里')
      }</span></span></span>${icon(ask, 'right')}</a></li>`;
  })}</ul>`;
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function unsayForm(ask) {
  const found = await toldOne(ask.db, ask.params.id ?? '');
  return found?.stands ? unsaySheet(ask, found, '') : noVisit();
}

/**
 * @param {Ask} ask
 * @param {Told} found
 * @param {string} wrong
 */
function unsaySheet(ask, found, wrong) {
  const here = `/field/told/${found.id}`;
  const inside = html`<input type="hidden" name="id" value="${newId(ask.now)}"><div class="field"><div class="label"><b>${t('为什么')}</b></div>${choices(
    ask,
    { name: 'reason', options: REASONS.map((reason) => [t(reason), reason]), chosen: undefined, layout: 'one' },
  )}</div>${line(t('别的原因'), 'other', '', { max: 60 })}`;
  return sheet(ask, {
    href: here,
    title: t('误点，这条作废'),
    sub: `${kindWord(found)} ${momentWords(doneAt(found), ask.now)}`,
    action: `${here}/void`,
    wrong,
    inside,
    key: t('作废这条'),
  });
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function unsay(ask) {
  const found = await toldOne(ask.db, ask.params.id ?? '');
  if (!found?.stands) return noVisit();
  const reason = ask.form.get('other')?.trim() || ask.form.get('reason');
  if (!reason) return unsaySheet(ask, found, t('请选一个原因。'));
  await voidVisit(ask.db, { id: ask.form.get('id') ?? newId(ask.now), supersedes: found.id, reason, now: ask.now });
  return seeOther(ask, `/field/walked?day=${dayOf(doneAt(found))}`);
}
