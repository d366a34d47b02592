/** 今天: plain counts of what was walked, what was promised, what is half written, and the lanes ticked for today. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { groups, placePage, tick, ticked, today } from '../read.js';
import { putOff } from '../record.js';
import { groupNames } from './_groups.js';
import { nowLine } from './_now.js';
import { back, FIRST, icon, placeRow, rest, section } from './_parts.js';
import { seeOther } from './_redirect.js';
import { warnings } from './_warnings.js';
import { askedLine } from './_ways.js';
import { clockOf, dayWord, monthDayWeek, nextWords } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Draft} Draft */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Row} Row */
/** @typedef {(code: string | null | undefined) => string} Names */

const MOST_SAID = 2;
const COUNTS = /** @type {const} */ ([
  ['walked', '走了'],
  ['covered', '讲了'],
  ['nobody', '没人'],
  ['later', '改天'],
  ['declined', '不想听'],
]);

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function todayPage(ask) {
  const [day, names] = await Promise.all([today(ask.db, ask.now), groupNames(ask)]);
  const lanes = day.lanes.map((lane) => lane.name).join('、');
  const promises = day.promised.filter((row) => !row.draft);
  const above = new Set([...promises, ...day.drafts].map(({ place }) => place.id));
  const body = html`<header class="head"><div><h1>${t('今天')}</h1><p>${[monthDayWeek(day.day), lanes]
    .filter(Boolean)
    .join('·')}</p></div>${sunSwitch(ask)}</header>${!ask.practice && [await nowLine(ask), await unasked(ask)]}
<a class="walked" href="/field/walked"><dl class="counts">${COUNTS.map(([key, word]) => html`<div><dt>${t(word)}</dt><dd>${day.counts[key]}</dd></div>`)}</dl><span
  class="sr">${t('看今天走过的')}</span>${icon(ask, 'right')}</a>
${promises.length > 0 && promised(ask, promises, names)}
${day.drafts.length > 0 && (await drafts(ask, day.drafts, names))}
${day.lanes.length > 0 ? day.lanes.map((lane) => laneOf(ask, lane, above)) : noLanes()}
<a class="button float" href="/field/new">${icon(ask, 'plus')}${t('新户')}</a>`;
  return { title: t('今天'), body, tab: 'today' };
}

/**
 * What is said without being asked, the most pressing first; the rest waits its turn. 放到桌面 comes last of all, and what
 * the page itself has to say (`#notice`) takes the place of the second.
 * @param {Ask} ask
 */
async function unasked(ask) {
  const said = [...(await warnings(ask)), await askedLine(ask)].filter(Boolean).slice(0, MOST_SAID);
  return html`<div class="unasked">${said}${said.length < MOST_SAID && html`<div data-install="today"></div>`}</div>`;
}

/** @param {Ask} ask */
export function sunSwitch(ask) {
  const { sunlight } = ask.settings;
  return html`<form method="post" action="/field/me"><input type="hidden" name="sunlight" value="${sunlight ? 'off' : 'on'}"><input
    type="hidden" name="back" value="${ask.url.pathname}"><button class="button switch">${icon(ask, 'sun')}${
      sunlight ? t('室内') : t('阳光')
    }</button></form>`;
}

/**
 * @param {Ask} ask
 * @param {Row[]} rows
 * @param {Names} names
 */
function promised(ask, rows, names) {
  return html`${section(t('约好的'), t('{n} 户', { n: rows.length }))}<ul class="rows">${rows.map((row) => {
    const second = html`${promiseWords(row, ask.now)} ${row.place.landmark}`;
    return html`<li>${placeRow(ask, row, { group: names(row.place.group), second })}</li>`;
  })}</ul>`;
}

/**
 * A day gone by is said plainly; an hour without a day says when it was promised, where that was not today.
 * @param {Row} row
 * @param {Date} now
 */
function promiseWords({ promised, last }, now) {
  if (!promised) return null;
  const { date } = promised;
  if (date && date < dayOf(now))
    return html`<b class="amber">${t('约的{day}，还没去', { day: dayWord(date, now) })}</b>`;
  const said = date || !last ? dayOf(now) : dayOf(last.visited_at);
  const since = said < dayOf(now) && t('（{day}约的）', { day: dayWord(said, now) });
  return html`<b>${nextWords(promised, now)}</b>${since}`;
}

/**
 * @param {Ask} ask
 * @param {Row[]} rows
 * @param {Names} names
 */
async function drafts(ask, rows, names) {
  const written = await Promise.all(rows.map((row) => placePage(ask.db, row.place.id)));
  return html`${section(t('没写完'), t('{n} 户', { n: rows.length }))}<ul class="rows">${rows.map((row, i) => {
    const draft = /** @type {Draft | null} */ (written[i]?.draft ?? null);
    const second = html`<b class="amber">${draft && `${clockOf(draft.updated_at)} ${stoppedAt(draft)}`}</b>`;
    const href = `/field/places/${row.place.id}/visit`;
    return html`<li>${placeRow(ask, row, { group: names(row.place.group), second, href, mark: icon(ask, 'pencil') })}</li>`;
  })}</ul>`;
}

/** @param {Draft} draft */
function stoppedAt({ form, strokes }) {
  if (form.commitment === 'screen' && !form.signed) return strokes?.length ? t('停在签名') : t('停在承诺书');
  return t('还没保存');
}

/**
 * Each door stands once: what was promised or is half written stands above, and not here.
 * @param {Ask} ask
 * @param {{group: string, name: string, open: number, rows: Row[]}} lane
 * @param {Set<string>} above
 */
function laneOf(ask, lane, above) {
  const change = html`<a class="quiet" href="/field/lanes">${t('换片')}</a>`;
  const title = html`<span class="lead-in">${t('今天走这片：')}</span>${lane.name}`;
  const head = section(title, t('还要去 {n} 户', { n: lane.open }), change);
  const rows = lane.rows.filter(({ place }) => !above.has(place.id));
  if (!rows.length)
    return html`${head}<div class="empty"><p>${lane.rows.length ? t('剩下的都在上面。') : t('这一片都走到了。')}</p></div>`;
  const asked = ask.url.searchParams;
  const isRest = asked.get('rest') === lane.group;
  const shown = isRest ? besides(rows, asked.get('shown') ?? '') : rows.slice(0, FIRST);
  const more = !isRest && rows.length > FIRST;
  const seen = shown.map(({ place }) => place.id).join();
  return html`${head}<ul class="rows" data-lane="${lane.group}">${shown.map(
    (row) =>
      html`<li class="lane" data-swipe>${placeRow(ask, row, { group: lane.name, showGroup: false })}<form method="post" hx-boost="false"
        action="/field/places/${row.place.id}/later"><button>${t('往后放')}</button></form></li>`,
  )}${more && rest(`/field/?rest=${lane.group}&shown=${seen}`, `[data-lane="${lane.group}"] > li`)}</ul>`;
}

/**
 * The doors of a lane but for those that stand on the page already: the lane may have changed since they were shown.
 * @param {Row[]} rows
 * @param {string} shown their ids
 */
function besides(rows, shown) {
  const seen = new Set(shown.split(','));
  return rows.filter(({ place }) => !seen.has(place.id));
}

function noLanes() {
  return html`${section(t('今天走这片'), '')}<div class="empty"><p>${t('今天还没选片。')}</p><a class="button"
    href="/field/lanes">${t('选今天走的片')}</a></div>`;
}

/**
 * Puts a door at the end of today's lane, on this phone only.
 * @param {Ask} ask
 */
export async function later(ask) {
  await putOff(ask.db, ask.params.id ?? '', ask.now);
  return seeOther(ask, '/field/');
}

/**
 * 换片: which lanes to walk today.
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function lanesPage(ask) {
  const [all, chosen] = await Promise.all([groups(ask.db), ticked(ask.db)]);
  const body = html`<nav class="nav">${back(ask, '/field/', t('今天'))}</nav>
<h1 class="title">${t('今天走哪几片')}</h1><p class="sub">${t('只记在这部手机里，不算任务。')}</p>
<form method="post" id="main-form" class="lanes-form"><div class="cells lanes">${all.map(
    (group) =>
      html`<span><input class="pick" type="checkbox" name="lane" value="${group.code}" id="lane-${group.code}"${
        chosen.includes(group.code) && html` checked`
      }><label class="cell tall" for="lane-${group.code}">${icon(ask, 'check')}<span>${group.name}<small>${t(
        '还要去 {n} 户',
        {
          n: group.open,
        },
      )}</small></span></label></span>`,
  )}</div><div class="grow"></div><div class="bar"><button class="button main">${icon(ask, 'check')}${t('就走这些')}</button></div></form>`;
  return { title: t('换片'), body, layout: 'stack has-bar' };
}

/** @param {Ask} ask */
export async function saveLanes(ask) {
  await tick(ask.db, ask.form.getAll('lane'));
  return seeOther(ask, '/field/');
}
