/** 今天走过的: every record that 走了 counts, the newest first, each with whether the server has it; and a summary to copy. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { campaign, walked } from '../read.js';
import { copyBox } from './_copy.js';
import { groupNames } from './_groups.js';
import { back, icon, placeRow } from './_parts.js';
import { clockOf, dayWord, monthDayWeek } from './_when.js';
import { tellWays, toldOn } from './told.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {Awaited<ReturnType<typeof walked>>} Walked */

const DAY_MS = 24 * 3600_000;
const NAME_LIMIT = 60;

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function walkedPage(ask) {
  const today = dayOf(ask.now);
  const asked = ask.url.searchParams.get('day') ?? today;
  const day = dayOf(`${asked}T12:00:00+08:00`) === asked && asked < today ? asked : today;
  const [known, names, round, told] = await Promise.all([
    walked(ask.db, day),
    groupNames(ask),
    campaign(ask.db, ask.now),
    toldOn(ask, day),
  ]);
  const title = t('{day}走过的', { day: dayWord(day, ask.now) });
  const rows = known.rows.map((each) => html`<li>${row(ask, each, names(each.row.place.group))}</li>`);
  const key = day === today ? t('复制今天小结') : t('复制这天小结');
  const body = html`<nav class="nav">${back(ask, '/field/', t('今天'))}</nav>
<header class="head days">${step(ask, day, -1)}<div><h1>${title}</h1><p>${monthDayWeek(day)}·${t('{n} 条', { n: known.rows.length })}</p></div>${
    day < today ? step(ask, day, 1) : html`<span></span>`
  }</header>
${rows.length > 0 && html`<ul class="rows">${rows}</ul>`}${!rows.length && !told && html`<div class="empty"><p>${t('这天还没有记录。')}</p></div>`}
${told}<ul class="links spaced">${tellWays(ask)}</ul>
<div class="grow"></div>${rows.length > 0 && html`<div class="bar">${copyBox(ask, { text: summary(known, day, round?.name), key })}</div>`}`;
  return { title, body, layout: 'stack has-bar' };
}

/** @param {Ask} ask @param {string} day @param {-1 | 1} way */
function step(ask, day, way) {
  const to = dayOf(Date.parse(`${day}T12:00:00+08:00`) + way * DAY_MS);
  return html`<a class="button plain" href="/field/walked?day=${to}" aria-label="${way < 0 ? t('前一天') : t('后一天')}">${icon(
    ask,
    way < 0 ? 'left' : 'right',
  )}</a>`;
}

/** @param {Ask} ask @param {Walked['rows'][number]} each @param {string} group */
function row(ask, { row: door, visit, late, held }, group) {
  const told = [clockOf(visit.at), late && t('补记')].filter(Boolean).join('·');
  const second = html`<b>${t(OUTCOMES[visit.outcome]?.button ?? '')}</b> ${told}<span class="receipt${held ? '' : ' amber'}">${icon(
    ask,
    held ? 'check' : 'phone',
  )}${held ? t('服务器已收') : t('还在手机里')}</span>`;
  return placeRow(ask, door, { group, href: `/field/visits/${visit.id}`, second });
}

/**
 * For the chat group: figures only, no name and no door.
 * @param {Walked} known
 * @param {string} day
 * @param {string} [name] of the campaign
 */
function summary({ counts, rows }, day, name = '') {
  const { walked: all, covered, nobody, later, declined } = counts;
  const others = all - covered - nobody - later - declined;
  const told = [
    t('讲了 {n}', { n: covered }),
    t('没人 {n}', { n: nobody }),
    t('改天 {n}', { n: later }),
    t('不想听 {n}', { n: declined }),
    others > 0 && t('其他 {n}', { n: others }),
  ];
  const held = rows.filter((row) => row.held).length;
  return [
    `${monthDayWeek(day)} ${[...name].slice(0, NAME_LIMIT).join('')}`.trim(),
    t('走了 {n}：{told}。', { n: all, told: told.filter(Boolean).join('，') }),
    t('服务器已收 {held}，还在手机里 {here}。', { held, here: rows.length - held }),
  ].join('\n');
}
