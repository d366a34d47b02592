/** 同步: one honest sentence, what needs a look and why, what waits, and both ways to get it off this phone. */
import { html } from '../../shared/html.js';
import { ATTENTION, EVENT_KINDS, OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { exportFile, filed, syncPage as report, visit } from '../read.js';
import { round } from '../sync/round.js';
import { groupNames } from './_groups.js';
import { banner, called, icon, nameOf, plate, section } from './_parts.js';
import { seeOther } from './_redirect.js';
import { cleaning, warnings } from './_warnings.js';
import { askedLine } from './_ways.js';
import { clockOf, momentWords } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Place} Place */
/** @typedef {import('./_types.js').Visit} Visit */
/** @typedef {Awaited<ReturnType<typeof report>>} Report */
/** @typedef {(code: string | null | undefined) => string} Names */

const SHOWN = 50;
/** Kinds that have a page of their own. */
export const RECORDS = ['visit', 'correction'];

/** What a try to sync came to. @type {Readonly<Record<string, {what: string, todo: string}>>} */
const TOLD = {
  no_answer: { what: '这次没连上服务器。', todo: '记的都在手机里，有网时会自己再传。' },
  unauthorised: { what: '服务器不认这部手机的登记了。', todo: '记的都还在。请到「我的」重新登记。' },
  revoked: { what: '这部手机已被停用。', todo: '记的都还在。请跟镇里联系。' },
  busy: { what: '正在传，或服务器正忙。', todo: '过一会儿会自己再传。' },
  refused: { what: '服务器没有收这一次。', todo: '记的都还在。请更新后再试，还不行找镇里。' },
};

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function syncScreen(ask) {
  const [said, names] = await Promise.all([report(ask.db), groupNames(ask)]);
  const told = TOLD[ask.url.searchParams.get('told') ?? ''] ?? (said.revoked ? TOLD.revoked : null);
  const body = html`${told && banner(t(told.what), t(told.todo))}${await warnings(ask)}${sentence(said)}${await askedLine(ask)}
${said.attention.length > 0 && attention(ask, said, names)}
${said.waiting.length > 0 && (await waiting(ask, said, names))}
${state(ask, said)}${cleaning()}
<div class="bar pair"><a class="button" href="/field/unsent" download data-file>${icon(ask, 'file')}<span>${t('把没传的')}<br>${t(
    '存成文件',
  )}</span></a><form method="post" action="/field/sync"><button class="button main"><span class="idle">${icon(ask, 'sync')}</span><span class="idle">${t(
    '立即同步',
  )}</span><span class="busy">${t('正在同步…')}</span></button></form></div>`;
  return { title: t('同步'), body, tab: 'sync', layout: 'two-bars' };
}

/** @param {Report} said */
function sentence({ total, held }) {
  if (!total) return html`<h1 class="title">${t('还没有要传的')}</h1><p class="sub">${t('存好的走访会列在这里。')}</p>`;
  const here = total - held;
  const say = here ? t('还有 {n} 条存在这部手机里，没有丢。', { n: here }) : t('都到了。');
  const got = Math.round((held / total) * 1000);
  return html`<h1 class="title tall">${t('服务器已收到')}<br>${t('{total} 条中的 {held} 条', { total, held })}</h1><p class="sub">${say}</p><div
    class="sum"><svg viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">${
      here > 0 &&
      html`<rect class="here" x="${Math.min(got + 6, 985)}" y="1" width="${Math.max(994 - got, 14)}" height="14"/>`
    }<rect class="got" width="${here ? Math.min(got, 980) : 1000}" height="16"/></svg></div>`;
}

/**
 * @param {Ask} ask
 * @param {Report} said
 * @param {Names} names
 */
function attention(ask, said, names) {
  return html`${section(t('要您看一下'), t('{n} 条', { n: said.attention.length }))}<ul>${said.attention.map((each) => {
    const why = ATTENTION[each.code];
    const place = /** @type {Place | null} */ (each.place);
    const title = place ? called(place, names(place.group)) : t(EVENT_KINDS[String(each.kind)] ?? '一条记录');
    return html`<li><a class="row look" href="/field/attention/${each.n ?? 0}">${icon(ask, 'alert', 'mark')}<span class="what"><span
      class="name">${title}</span><span class="second">${t(why?.what ?? '这条要村里看一下。')}</span></span>${icon(ask, 'right')}</a></li>`;
  })}</ul>`;
}

/**
 * @param {Ask} ask
 * @param {Report} said
 * @param {Names} names
 */
async function waiting(ask, said, names) {
  const latest = said.waiting.slice(-SHOWN).reverse();
  const told = await Promise.all(latest.map(({ id, kind }) => outcomeOf(ask, kind, id)));
  return html`${section(t('等网络'), t('{n} 条', { n: said.waiting.length }))}<ul class="rows">${latest.map(
    (each, i) => {
      const place = /** @type {Place | null} */ (each.place);
      const inside = html`${place && plate(place, names(place.group))}<span class="what"><span class="name">${
        place ? nameOf(place) : t(EVENT_KINDS[each.kind] ?? '记录')
      }</span><span class="kind">${t(told[i] ?? EVENT_KINDS[each.kind] ?? '')}</span><span class="second">${t(
        '{time} 存好，会自己传',
        {
          time: clockOf(each.at),
        },
      )}</span></span>${icon(ask, 'right')}`;
      const href = RECORDS.includes(each.kind) ? `/field/visits/${each.id}` : place && `/field/places/${place.id}`;
      return href
        ? html`<li><a class="row" href="${href}">${inside}</a></li>`
        : html`<li><span class="row">${inside}</span></li>`;
    },
  )}</ul>`;
}

/**
 * @param {Ask} ask
 * @param {string} kind
 * @param {string} id
 * @returns {Promise<string | null>} the outcome's word; null where the record has none
 */
async function outcomeOf(ask, kind, id) {
  const found = RECORDS.includes(kind) ? /** @type {Visit | null} */ (await visit(ask.db, id)) : null;
  return OUTCOMES[found?.outcome ?? '']?.button ?? null;
}

/**
 * @param {Ask} ask
 * @param {Report} said
 */
function state(ask, said) {
  return html`<dl class="facts soft"><div><dt>${t('最早一条')}</dt><dd>${momentWords(said.oldest, ask.now) || t('都传了')}</dd></div><div><dt>${t(
    '上次联系',
  )}</dt><dd>${momentWords(said.last_contact, ask.now) || t('还没有')}</dd></div><div><dt>${t('手机空间')}</dt><dd>${room(
    said.storage,
  )}</dd></div></dl>`;
}

/** @param {Report['storage']} storage */
function room({ usage, quota, persisted }) {
  if (!quota) return t('浏览器没说');
  const free = quota - (usage ?? 0);
  const enough = free > 200e6 ? t('够用') : t('快满了，清一清照片');
  const safe = persisted ? t('不会被清') : t('手机太满时可能被清');
  return persisted === null ? enough : `${enough}，${safe}`;
}

/**
 * 立即同步: one round, which sends all that waits and takes all that is new; then the page tells what came of it.
 * @param {Ask} ask
 */
export async function syncNow(ask) {
  const { outcome } = await oneRound(ask);
  return seeOther(ask, outcome === 'ok' ? '/field/sync' : `/field/sync?told=${outcome}`);
}

/** @param {Ask} ask */
export function oneRound(ask) {
  const fetching = ask.env.fetch ?? globalThis.fetch.bind(globalThis);
  return round({
    db: ask.db,
    fetch: fetching,
    now: ask.env.now ?? Date.now,
    appVersion: ask.build,
    base: ask.url.origin,
  });
}

/**
 * The frozen lines that only this phone has, as a file.
 * @param {Ask} ask
 */
export async function unsentFile(ask) {
  const { name, text } = await exportFile(ask.db, ask.now, ask.enrolment);
  await filed(ask.db, ask.now);
  return new Response(text, {
    headers: {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`,
      'Cache-Control': 'no-store',
    },
  });
}
