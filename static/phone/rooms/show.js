/**
 * 给您看看记了什么: locked, for the resident's own eyes. Everything that is recorded of this door, in whole sentences, and the very
 * same words of thanks whatever was answered. Nothing of anybody else.
 */
import { dayOf, instant } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { APP, AWAY } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { campaign, placePage, visit } from '../read.js';
import { groupNames } from './_groups.js';
import { lockHead } from './_locked.js';
import { called, nameOf } from './_parts.js';
import { noPlace } from './_trouble.js';
import { backWords, monthDay, partOfDay } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Campaign} Campaign */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('./_types.js').Place} Place */
/** @typedef {import('./_types.js').Visit} Visit */

/** What came of a visit, as one says it to the people who live there. @type {Readonly<Record<string, string>>} */
const TOLD = {
  met_covered: '来过，当面讲了防诈骗的事。',
  remote_covered: '在电话里讲了防诈骗的事。',
  met_declined: '来过，您家这次没有听，这样就行了。',
  met_later: '来过，说好改天再来。',
  nobody_home: '来过，家里没有人。',
  left_material: '来过，家里没有人，留了资料。',
  minor_only: '来过，只有孩子在家，没有进门。',
  unsafe_stop: '来过，当时不方便进门。',
  away_reported: '记了家里长期没有人。',
  wrong_entry: '记了名单上有写错的地方。',
};

/** How the commitment was answered: every answer is one sentence of its own, none warmer than another. @type {Readonly<Record<string, string>>} */
const ANSWERED = {
  screen: '承诺书：签了。',
  paper: '承诺书：在纸上签了。',
  oral: '承诺书：口头答应了。',
  declined: '承诺书：这次不签。',
  not_asked: '承诺书：没有提。',
};

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export async function showPage(ask) {
  const [found, names] = await Promise.all([placePage(ask.db, ask.params.id ?? ''), groupNames(ask)]);
  if (!found) return noPlace();
  const { place } = found;
  const round = /** @type {Campaign | null} */ (await campaign(ask.db));
  const standing = /** @type {Visit[]} */ (/** @type {unknown} */ (found.history)).filter(
    (each) => !each.superseded_by && each.outcome,
  );
  const visits = await Promise.all(standing.map((each) => whole(ask, each)));
  const url = `/field/places/${place.id}`;
  const body = html`${lockHead(ask, t('只有这一户'))}<div class="shown"><h1>${t('记了您家什么')}</h1><p class="whose">${called(
    place,
    names(place.group),
  )}</p>${about(place)}${
    visits.length ? visits.map((each) => told(each, round)) : html`<section><p>${t('还没有走访记录。')}</p></section>`
  }<section class="rights"><p>${t('有不对的，现在就说，当面改。')}</p><p>${t('想再看、想改、想删掉，找网格员或村里，随时都行。')}</p><p>${t(
    '不记身份证号、银行卡号、密码，也没有录音。',
  )}</p></section><p class="thanks-line">${t('谢谢您')}</p></div>`;
  return { title: t('记了什么'), body, layout: 'sheet', lock: { name: 'show', url: ask.url.pathname, back: url } };
}

/** With what only one's own event still knows. @param {Ask} ask @param {Visit} each @returns {Promise<Visit>} */
async function whole(ask, each) {
  const own = /** @type {Visit | null} */ (await visit(ask.db, each.id));
  return { ...each, ...own };
}

/** @param {Place} place */
function about(place) {
  const { phone, adults, landmark, nickname, needs } = place;
  const lines = [
    t('称呼：{name}', { name: nameOf(place) }),
    nickname && nickname !== nameOf(place) && t('当地叫法：{name}', { name: nickname }),
    phone ? t('电话：留了，尾号 {tail}', { tail: String(phone).slice(-4) }) : t('电话：没有留'),
    adults && t('大人：{n} 位', { n: adults }),
    landmark && landmark !== nameOf(place) && t('门口怎么认：{landmark}', { landmark }),
    needs?.length && t('要留意的：{needs}', { needs: needs.join(t('、')) }),
  ];
  return html`<section>${lines.filter(Boolean).map((line) => html`<p>${line}</p>`)}</section>`;
}

/**
 * One visit in sentences.
 * @param {Visit} each
 * @param {Campaign | null} round
 */
function told(each, round) {
  const at = each.visited_at ?? each.at ?? '';
  const lines = [
    t(TOLD[each.outcome] ?? '来过。'),
    each.adults_listened && t('听的大人：{n} 位。', { n: each.adults_listened }),
    ...given(each, round),
    app(each),
    answered(each),
    away(each),
    each.do_not_return && t('您家说了不用再来，就不再来了。'),
    each.photos?.length && t('拍了 {n} 张资料或门牌的照片，没有拍人。', { n: each.photos.length }),
    each.note && t('还写了：{note}', { note: each.note }),
  ];
  return html`<section><h2>${dateOf(at)}</h2>${lines.filter(Boolean).map((line) => html`<p>${line}</p>`)}${
    each.photos?.length &&
    html`<ul class="thumbs">${each.photos.map((hash) => html`<li><img src="/field/photos/${hash}" alt="${t('拍的照片')}"></li>`)}</ul>`
  }</section>`;
}

/** 2026年11月21日 傍晚 @param {string} at */
function dateOf(at) {
  if (Number.isNaN(instant(at))) return '';
  const day = dayOf(at);
  return t('{year}年{day} {part}', { year: day.slice(0, 4), day: monthDay(day), part: partOfDay(at) });
}

/** @param {Visit} each @param {Campaign | null} round */
function given({ materials }, round) {
  return (materials ?? []).map(({ material, quantity }) => {
    const known = round?.materials?.find(({ key }) => key === material);
    return t('给了{what} {n} {unit}。', { what: known?.name ?? material, n: quantity, unit: known?.unit ?? t('份') });
  });
}

/** @param {Visit} each */
function app({ app: counts }) {
  const said = Object.entries(APP)
    .filter(([key]) => counts?.[key])
    .map(([key, word]) => t('{word} {n} 人', { word: t(word), n: counts?.[key] ?? 0 }));
  return said.length ? t('手机上的防诈骗程序：{said}。只记人数，不记是谁。', { said: said.join(t('，')) }) : '';
}

/** @param {Visit} each */
function answered({ commitment }) {
  if (!commitment) return '';
  if (commitment.withdrawn_at) return t('承诺书：已经撤回，不算签过。');
  return t(ANSWERED[commitment.method ?? ''] ?? '承诺书：没有提。');
}

/** @param {Visit} each */
function away({ away: said }) {
  if (!said?.kind) return '';
  const back = said.back_on ? t('，{month}回来', { month: backWords(said.back_on) }) : '';
  return `${t(AWAY[said.kind] ?? '长期不在家')}${back}${t('。')}`;
}
