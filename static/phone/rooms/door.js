/** A door's own details: a new one, changes to a known one, and reports that the village decides on. */
import { html } from '../../shared/html.js';
import { newId } from '../../shared/ids.js';
import { KINDS, NEEDS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { groups, placePage, search } from '../read.js';
import { editPlace, newPlace, reportPlace } from '../record.js';
import { groupNames } from './_groups.js';
import { banner, called, formHead, icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { noPlace } from './_trouble.js';
import { choices } from './_visit_fields.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('../../shared/html.js').Html} Html */
/** @typedef {Record<string, string>} Fields */

/**
 * @param {string} label
 * @param {string} name
 * @param {unknown} value
 * @param {{say?: string, max?: number, type?: string}} [how]
 */
function line(label, name, value, { say = '', max = 40, type = 'text' } = {}) {
  return html`<div class="field"><div class="label"><label for="${name}">${label}</label>${say && html`<small>${say}</small>`}</div><input
    class="write" id="${name}" name="${name}" type="${type}" maxlength="${max}" autocomplete="off" value="${value}"></div>`;
}

/**
 * @param {Ask} ask
 * @param {{href: string, title: string, sub: string, action: string, wrong: string, inside: Html, key: string}} sheet
 * @returns {Page}
 */
function sheet(ask, { href, title, sub, action, wrong, inside, key }) {
  const body = html`${formHead(ask, { href, title, sub })}<form class="form" method="post" id="main-form" action="${action}">${
    wrong && banner(wrong, t('填的都还在。'), false, true)
  }<div class="fields">${inside}</div><div class="bar"><button class="button main">${icon(ask, 'check')}${key}</button></div></form>`;
  return { title, body, layout: 'has-bar', status: wrong ? 422 : 200 };
}

/**
 * ＋新户. The address keeps both ids, so that a second tap adds nothing.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function newForm(ask) {
  const query = ask.url.searchParams;
  if (!query.get('id')) return seeOther(ask, `/field/new?id=${newId(ask.now)}&place=${newId(ask.now)}`);
  if (await placePage(ask.db, query.get('place') ?? '', ask.now)) return seeOther(ask, '/field/');
  return newSheet(ask, {}, '');
}

/**
 * @param {Ask} ask
 * @param {Fields} form
 * @param {string} wrong
 */
async function newSheet(ask, form, wrong) {
  const all = await groups(ask.db);
  const inside = html`<div class="field"><div class="label"><b>${t('哪一组')}</b></div>${choices(ask, {
    name: 'group',
    options: all.map(({ code, name }) => [code, name || t('没分组')]),
    chosen: form.group ?? (all.length === 1 ? all[0]?.code : undefined),
    layout: 'three',
  })}</div><div class="field"><div class="label"><b>${t('哪一类')}</b></div>${choices(ask, {
    name: 'kind',
    options: Object.entries(KINDS),
    chosen: form.kind ?? 'household',
    layout: 'three',
  })}</div>${line(t('门牌'), 'door', form.door, { max: 20 })}${line(t('怎么称呼'), 'contact_name', form.contact_name, { max: 20 })}${line(
    t('地标'),
    'landmark',
    form.landmark,
    { say: t('井边、村口，好找就行') },
  )}${line(t('大人几位'), 'adults', form.adults, { type: 'number', max: 2 })}`;
  return sheet(ask, {
    href: '/field/',
    title: t('登记新户'),
    sub: t('先能走访，村里看过再算进应访。'),
    action: `/field/new${ask.url.search}`,
    wrong,
    inside,
    key: t('存下新户'),
  });
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function addNew(ask) {
  const form = Object.fromEntries(ask.form);
  const place_id = ask.url.searchParams.get('place') ?? newId(ask.now);
  const group = (await groups(ask.db)).find(({ code }) => code === form.group);
  if (!group) return newSheet(ask, form, t('请选是哪一组。'));
  const name = form.contact_name?.trim();
  const landmark = form.landmark?.trim();
  if (!name && !landmark && !form.door?.trim()) return newSheet(ask, form, t('称呼、门牌、地标，至少填一样，下次好找。'));
  const body = {
    place_id,
    grid: group.grid,
    group: group.code || null,
    kind: form.kind || 'household',
    contact_name: name || null,
    landmark: landmark || null,
    address: form.door?.trim() ? { door: form.door.trim() } : {},
    adults: /^\d{1,2}$/.test(form.adults ?? '') ? Number(form.adults) : null,
  };
  await newPlace(ask.db, { id: ask.url.searchParams.get('id') ?? newId(ask.now), body, now: ask.now });
  return seeOther(ask, `/field/places/${place_id}`);
}

/**
 * 改资料: only what was changed is sent.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function editForm(ask) {
  const [found, names] = await Promise.all([placePage(ask.db, ask.params.id ?? '', ask.now), groupNames(ask)]);
  if (!found) return noPlace();
  const { place } = found;
  const inside = html`<input type="hidden" name="id" value="${newId(ask.now)}">${line(t('怎么称呼'), 'contact_name', place.contact_name, {
    max: 20,
  })}${line(t('当地叫法'), 'nickname', place.nickname, { max: 20 })}${line(t('电话'), 'phone', place.phone, { type: 'tel', max: 20 })}${line(
    t('地标'),
    'landmark',
    place.landmark,
  )}${line(t('大人几位'), 'adults', place.adults, { type: 'number', max: 2 })}<div class="field"><div class="label"><b>${t(
    '要留意的',
  )}</b></div><div class="cells">${Object.entries(NEEDS).map(
    ([need, { word }]) =>
      html`<span><input class="pick" type="checkbox" name="needs" value="${need}" id="need-${need}"${
        place.needs?.includes(need) && html` checked`
      }><label class="cell" for="need-${need}">${icon(ask, 'check')}${t(word)}</label></span>`,
  )}</div></div>`;
  const here = `/field/places/${place.id}`;
  const title = called(place, names(place.group));
  return sheet(ask, { href: `${here}/more`, title, sub: t('改资料'), action: `${here}/edit`, wrong: '', inside, key: t('存下') });
}

const EDITABLE = ['contact_name', 'nickname', 'phone', 'landmark'];

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function edit(ask) {
  const found = await placePage(ask.db, ask.params.id ?? '', ask.now);
  if (!found) return noPlace();
  const { place } = found;
  /** @type {Record<string, unknown>} */
  const changed = {};
  for (const name of EDITABLE) {
    const value = ask.form.get(name)?.trim() || null;
    if (value !== (place[name] ?? null)) changed[name] = value;
  }
  const adults = /^\d{1,2}$/.test(ask.form.get('adults') ?? '') ? Number(ask.form.get('adults')) : null;
  if (adults !== (place.adults ?? null)) changed.adults = adults;
  const needs = [...(place.needs ?? []).filter((/** @type {string} */ need) => !NEEDS[need]), ...ask.form.getAll('needs')];
  if ([...needs].sort().join() !== [...(place.needs ?? [])].sort().join()) changed.needs = needs;
  if (Object.keys(changed).length)
    await editPlace(ask.db, {
      id: ask.form.get('id') ?? newId(ask.now),
      body: { place_id: place.id, ...changed },
      now: ask.now,
    });
  return seeOther(ask, `/field/places/${place.id}`);
}

/**
 * 报告: away, wrong, or the same door twice.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function reportForm(ask) {
  return reportSheet(ask, '');
}

/**
 * @param {Ask} ask
 * @param {string} wrong
 * @returns {Promise<Page>}
 */
async function reportSheet(ask, wrong) {
  const [found, names] = await Promise.all([placePage(ask.db, ask.params.id ?? '', ask.now), groupNames(ask)]);
  if (!found) return noPlace();
  const here = `/field/places/${found.place.id}`;
  const text = ask.url.searchParams.get('q') ?? '';
  const twins = text ? (await search(ask.db, text, { limit: 8 })).rows.filter(({ place }) => place.id !== found.place.id) : [];
  const chosen = ask.form.get('report') ?? (text ? 'duplicate' : undefined);
  const inside = html`<input type="hidden" name="id" value="${newId(ask.now)}"><div class="field"><div class="label"><b>${t(
    '报告什么',
  )}</b></div>${choices(ask, {
    name: 'report',
    options: [
      ['away', '长期不在家'],
      ['wrong', '名单写错了'],
      ['duplicate', '跟另一户重复'],
    ],
    chosen,
    layout: 'one',
  })}</div><div class="field" data-when="report=duplicate"${chosen !== 'duplicate' && html` hidden`}><div class="label"><label for="twin">${t(
    '跟哪一户重复',
  )}</label></div><input class="write" type="search" id="twin" name="q" value="${text}" placeholder="${t('姓名、拼音、门牌、地标')}" autocomplete="off"
  hx-get="${here}/report" hx-trigger="input changed delay:200ms" hx-select="#twins" hx-target="#twins" hx-swap="outerHTML" hx-push-url="false"><div
  id="twins" class="cells one spaced">${twins.map(
    ({ place }) =>
      html`<span><input class="pick" type="radio" name="duplicate_of" value="${place.id}" id="d-${place.id}"><label class="cell" for="d-${
        place.id
      }">${icon(ask, 'check')}${called(place, names(place.group))}</label></span>`,
  )}</div></div>`;
  return sheet(ask, {
    href: `${here}/more`,
    title: called(found.place, names(found.place.group)),
    sub: t('报告给村里，村里看过才算数'),
    action: `${here}/report`,
    wrong,
    inside,
    key: t('报告'),
  });
}

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function report(ask) {
  const found = await placePage(ask.db, ask.params.id ?? '', ask.now);
  if (!found) return noPlace();
  const said = ask.form.get('report') ?? '';
  const twin = ask.form.get('duplicate_of');
  if (!['away', 'wrong', 'duplicate'].includes(said)) return reportSheet(ask, t('请选报告什么。'));
  if (said === 'duplicate' && !twin) return reportSheet(ask, t('请选跟哪一户重复。'));
  const body = { place_id: found.place.id, report: said, ...(said === 'duplicate' ? { duplicate_of: twin } : {}) };
  await reportPlace(ask.db, { id: ask.form.get('id') ?? newId(ask.now), body, now: ask.now });
  return seeOther(ask, `/field/places/${found.place.id}`);
}
