/** A door's own details: a new one, and changes to a known one. */
import { html } from '../../shared/html.js';
import { newId } from '../../shared/ids.js';
import { KINDS, NEEDS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { groups, placePage } from '../read.js';
import { editPlace, newPlace } from '../record.js';
import { choices } from './_choices.js';
import { groupNames } from './_groups.js';
import { called, icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { line, sheet } from './_sheet.js';
import { noPlace } from './_trouble.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {Record<string, string>} Fields */

/**
 * ＋新户. The address keeps both ids, so that a second tap adds nothing.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function newForm(ask) {
  const query = ask.url.searchParams;
  if (!query.get('id')) {
    const known = new URLSearchParams({ id: newId(ask.now), place: newId(ask.now), ...looked(query) });
    return seeOther(ask, `/field/new?${known}`);
  }
  if (await placePage(ask.db, query.get('place') ?? '')) return seeOther(ask, '/field/');
  return newSheet(ask, looked(query), '');
}

/** What was looked for and not found. @param {URLSearchParams} query @returns {Fields} */
function looked(query) {
  return Object.fromEntries([...query].filter(([name]) => name === 'contact_name' || name === 'door'));
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
  if (!name && !landmark && !form.door?.trim())
    return newSheet(ask, form, t('称呼、门牌、地标，至少填一样，下次好找。'));
  const body = {
    place_id,
    grid: group.grid,
    group: group.code || null,
    kind: form.kind || 'household',
    contact_name: name || null,
    landmark: landmark || null,
    address: form.door?.trim() ? { door: form.door.trim() } : {},
    adults: adultsOf(form.adults),
  };
  await newPlace(ask.db, { id: ask.url.searchParams.get('id') ?? newId(ask.now), body, now: ask.now });
  return seeOther(ask, `/field/places/${place_id}?stored`);
}

/**
 * 改资料: only what was changed is sent.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function editForm(ask) {
  const [found, names] = await Promise.all([placePage(ask.db, ask.params.id ?? ''), groupNames(ask)]);
  if (!found) return noPlace();
  const { place } = found;
  const inside = html`<input type="hidden" name="id" value="${newId(ask.now)}">${line(
    t('怎么称呼'),
    'contact_name',
    place.contact_name,
    {
      max: 20,
    },
  )}${line(t('当地叫法'), 'nickname', place.nickname, { max: 20 })}${line(t('电话'), 'phone', place.phone, { type: 'tel', max: 20 })}${line(
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
  return sheet(ask, {
    href: `${here}/more`,
    title,
    sub: t('改资料'),
    action: `${here}/edit`,
    wrong: '',
    inside,
    key: t('存下'),
  });
}

const EDITABLE = ['contact_name', 'nickname', 'phone', 'landmark'];

/**
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function edit(ask) {
  const found = await placePage(ask.db, ask.params.id ?? '');
  if (!found) return noPlace();
  const { place } = found;
  const changed = changesOf(ask.form, place);
  const id = ask.form.get('id') ?? newId(ask.now);
  if (!Object.keys(changed).length) return seeOther(ask, `/field/places/${place.id}`);
  await editPlace(ask.db, { id, body: { place_id: place.id, ...changed }, now: ask.now });
  return seeOther(ask, `/field/places/${place.id}?stored`);
}

/**
 * @param {URLSearchParams} form
 * @param {import('./_types.js').Row['place']} place
 */
function changesOf(form, place) {
  const wanted = {
    ...Object.fromEntries(EDITABLE.map((name) => [name, form.get(name)?.trim() || null])),
    adults: adultsOf(form.get('adults')),
    needs: [
      ...(place.needs ?? []).filter((/** @type {string} */ need) => !NEEDS[need]),
      ...form.getAll('needs'),
    ].sort(),
  };
  /** @type {Record<string, unknown>} */
  const known = { ...place, needs: [...(place.needs ?? [])].sort() };
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(known[name] ?? null)),
  );
}

/** @param {string | null | undefined} text */
function adultsOf(text) {
  return /^\d{1,2}$/.test(text ?? '') ? Number(text) : null;
}
