/** 请我说明: what the office asks about a door, quick answers of equal weight, and what was said before. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { newId } from '../../shared/ids.js';
import { t } from '../../shared/words.js';
import { asks, explain } from '../asks.js';
import { choices } from './_choices.js';
import { groupNames } from './_groups.js';
import { back, banner, called, icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { dayWord, momentWords } from './_when.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {import('../asks.js').Question} Question */

const QUICK = ['记错门了', '当时看错了', '确实这样', '我再去看看'];
const LONGEST = 200;

/**
 * @param {Ask} ask
 * @returns {Promise<Page>}
 */
export function asksPage(ask) {
  return drawn(ask, {});
}

/**
 * @param {Ask} ask
 * @param {{wrong?: string, of?: string, quick?: string, text?: string}} kept what was filled in where it could not be taken
 * @returns {Promise<Page>}
 */
async function drawn(ask, kept) {
  const [{ open, answered }, names] = await Promise.all([asks(ask.db), groupNames(ask)]);
  const stored =
    ask.url.searchParams.has('stored') &&
    html`<p class="stored" role="status">${icon(ask, 'check')}${t('已存好，在这部手机里。')}</p>`;
  const again = answered.find(({ id }) => id === ask.url.searchParams.get('again'));
  const asked = again ? [again, ...open] : open;
  const body = html`<nav class="nav">${back(ask, '/field/', t('今天'))}</nav><h1 class="title">${t('请我说明')}</h1><p class="sub">${
    asked.length ? t('说一句就行，说错了还能再说。') : t('现在没有要说明的。')
  }</p>${stored}${kept.wrong && banner(kept.wrong, t('填的都还在。'), false, true)}${asked.map((each) =>
    card(ask, each, names, kept.of === each.id ? kept : {}),
  )}${answered.length > 0 && html`<h2 class="section">${t('说过的')}</h2><ul class="said">${answered.map((each) => saidLine(ask, each, names))}</ul>`}`;
  return { title: t('请我说明'), body, here: '/field/asks', status: kept.wrong ? 422 : 200 };
}

/**
 * @param {Question} each
 * @param {(code: string | null | undefined) => string} names
 */
function doorOf({ place }, names) {
  return place ? called(/** @type {any} */ (place), names(place.group)) : t('不在您手机里的一户');
}

/**
 * @param {Ask} ask
 * @param {Question} each
 * @param {(code: string | null | undefined) => string} names
 * @param {{quick?: string, text?: string}} kept
 */
function card(ask, each, names, { quick, text }) {
  const late = each.due && each.due <= dayOf(ask.now);
  const when = each.due ? t('最好{day}回一句', { day: dayWord(each.due, ask.now) }) : '';
  return html`<form class="asking" id="ask-${each.id}" method="post" action="/field/asks/${each.id}"><h2>${doorOf(each, names)}</h2><p
    class="question">${each.question}</p><p class="sub${late ? ' amber' : ''}">${[
      t('{when}问的', { when: momentWords(each.at, ask.now) }),
      when,
    ]
      .filter(Boolean)
      .join('·')}</p><input type="hidden" name="id" value="${newId(ask.now)}">${choices(ask, {
      name: 'quick',
      options: QUICK.map((words) => /** @type {[string, string]} */ ([words, words])),
      chosen: quick,
      optional: true,
      prefix: each.id,
    })}<div class="under"><div class="label"><label for="text-${each.id}">${t('想多说一句')}</label><small>${t(
      '可以不写',
    )}</small></div><textarea class="write" id="text-${each.id}" name="text" maxlength="${LONGEST - 20}">${text}</textarea></div><div
    class="pair">${each.place ? html`<a class="button" href="/field/places/${each.place.id}">${t('看这一户')}</a>` : html`<span></span>`}<button class="button main">${icon(
      ask,
      'check',
    )}${t('就这么说')}</button></div></form>`;
}

/**
 * @param {Ask} ask
 * @param {Question} each
 * @param {(code: string | null | undefined) => string} names
 */
function saidLine(ask, each, names) {
  const sent = each.waiting ? t('在手机里，会自己传') : t('村里能看到了');
  return html`<li><b>${doorOf(each, names)}</b><p>${t('问：{question}', { question: each.question })}</p><p>${t(
    '您说：{answer}',
    {
      answer: each.answer || t('没写字'),
    },
  )}</p><small>${momentWords(each.answered_at, ask.now)}·${sent}</small><a class="quiet" href="/field/asks?again=${each.id}">${t('再说一次')}</a></li>`;
}

/**
 * POST: the answer, saved like every other record. Without a word of either kind the page asks for one.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function answerAsk(ask) {
  const of = ask.params.id ?? '';
  const { open, answered } = await asks(ask.db);
  if (![...open, ...answered].some(({ id }) => id === of)) return seeOther(ask, '/field/asks');
  const quick = QUICK.find((words) => words === ask.form.get('quick'));
  const text = (ask.form.get('text') ?? '').trim();
  const said = [quick && t(quick), text].filter(Boolean).join(t('，'));
  const kept = { of, text, ...(quick ? { quick } : {}) };
  if (!said) return drawn(ask, { ...kept, wrong: t('请点一个，或写一句。') });
  if ([...said].length > LONGEST) return drawn(ask, { ...kept, wrong: t('最多 {n} 个字。', { n: LONGEST }) });
  await explain(ask.db, { id: ask.form.get('id') || newId(ask.now), ask_id: of, text: said, now: ask.now });
  return seeOther(ask, '/field/asks?stored');
}
