/** 报告: what is wrong about a door; the village decides, and never only the one who reported. */
import { html } from '../../shared/html.js';
import { newId } from '../../shared/ids.js';
import { t } from '../../shared/words.js';
import { placePage, search } from '../read.js';
import { reportPlace } from '../record.js';
import { awayFields, awayOf } from './_away.js';
import { choices } from './_choices.js';
import { groupNames } from './_groups.js';
import { called, icon, searchHint } from './_parts.js';
import { seeOther } from './_redirect.js';
import { sheet } from './_sheet.js';
import { noPlace } from './_trouble.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */

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
  const [found, names] = await Promise.all([placePage(ask.db, ask.params.id ?? ''), groupNames(ask)]);
  if (!found) return noPlace();
  const here = `/field/places/${found.place.id}`;
  const text = ask.url.searchParams.get('q') ?? '';
  const twins = text
    ? (await search(ask.db, text, { limit: 8 })).rows.filter(({ place }) => place.id !== found.place.id)
    : [];
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
  })}</div><div data-when="report=away"${chosen !== 'away' && html` hidden`}>${awayFields(ask, {
    away_kind: ask.form.get('away_kind') ?? '',
    back_on: ask.form.get('back_on') ?? '',
  })}</div><div class="field" data-when="report=duplicate"${chosen !== 'duplicate' && html` hidden`}><div class="label"><label for="twin">${t(
    '跟哪一户重复',
  )}</label></div><input class="write" type="search" id="twin" name="q" value="${text}" placeholder="${searchHint(ask)}" autocomplete="off"
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
  const found = await placePage(ask.db, ask.params.id ?? '');
  if (!found) return noPlace();
  const said = ask.form.get('report') ?? '';
  const twin = ask.form.get('duplicate_of');
  if (!['away', 'wrong', 'duplicate'].includes(said)) return reportSheet(ask, t('请选报告什么。'));
  if (said === 'duplicate' && !twin) return reportSheet(ask, t('请选跟哪一户重复。'));
  const away =
    said === 'away' ? awayOf({ away_kind: ask.form.get('away_kind'), back_on: ask.form.get('back_on') }) : {};
  if (said === 'away' && !away.kind) return reportSheet(ask, t('请选一下是哪种不在家。'));
  const body = {
    place_id: found.place.id,
    report: said,
    ...(said === 'duplicate' ? { duplicate_of: twin } : {}),
    ...(said === 'away' ? { away } : {}),
  };
  await reportPlace(ask.db, { id: ask.form.get('id') ?? newId(ask.now), body, now: ask.now });
  return seeOther(ask, `/field/places/${found.place.id}?stored`);
}
