/** 签: a page of its own, turned sideways and locked, with the voluntary line first and both ways out of equal weight. */
import { dayOf } from '../../shared/dates.js';
import { html } from '../../shared/html.js';
import { RELATIONS } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { blob } from '../photos.js';
import { draftAt, roundOf, rounds } from '../read.js';
import { saveDraft } from '../record.js';
import { handBack, lockHead } from './_locked.js';
import { icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { noPlace, notFound } from './_trouble.js';
import { STROKES_LIMIT } from './_visit_form.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Draft} Draft */
/** @typedef {import('./_types.js').Page} Page */

/** @param {Ask} ask */
async function draftHere(ask) {
  const door = await draftAt(ask.db, ask.params.id ?? '');
  const draft = /** @type {Draft | null} */ (door?.draft ?? null);
  return draft && draft.id === ask.url.searchParams.get('id') ? draft : null;
}

/** @param {Ask} ask */
const visitUrl = (ask) => `/field/places/${ask.params.id}/visit?id=${ask.url.searchParams.get('id')}`;

/**
 * GET: the pad, with what was drawn so far.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function signPage(ask) {
  const draft = await draftHere(ask);
  return draft ? pad(ask, draft, '') : noDraft(ask);
}

/**
 * The draft has gone, as when it was saved, or the door with it. Nothing leads a resident to the door itself.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
async function noDraft(ask) {
  if (!(await draftAt(ask.db, ask.params.id ?? ''))) return noPlace();
  return ask.settings.locked ? notFound(ask) : seeOther(ask, `/field/places/${ask.params.id}`);
}

/**
 * @param {Ask} ask
 * @param {Draft} draft
 * @param {string} wrong
 * @returns {Promise<Page>}
 */
async function pad(ask, draft, wrong) {
  const round = roundOf(await rounds(ask.db, ask.now), draft.form.campaign);
  const day = dayOf(ask.now);
  const date = t('{y}年{m}月{d}日', {
    y: Number(day.slice(0, 4)),
    m: Number(day.slice(5, 7)),
    d: Number(day.slice(8)),
  });
  const here = ask.url.pathname + ask.url.search;
  const body = html`<header class="lockhead"><div>${icon(ask, 'lock')}<h1>${t('承诺书')}</h1><span class="version">${t(
    '第 {n} 版',
    {
      n: round?.commitment?.version ?? '',
    },
  )}</span></div>${await readAloud(ask, round?.commitment?.audio)}${handBack(ask)}</header>
<section class="text" tabindex="0" aria-label="${t('承诺书')}"><p class="first">${t('自愿签，不签也不影响任何事；签了随时能撤。')}</p><p class="words">${round?.commitment?.text}</p></section>
<section class="ground" data-pad data-strokes="${JSON.stringify(draft.strokes ?? [])}" data-keep="${here}"><canvas></canvas><p>${
    wrong || t('写名字，画个圈也行。本人写，不要扶着别人的手签')
  }</p></section>
<p class="signer">${t('签的人：{who}', { who: t(RELATIONS[draft.form.relation ?? 'head'] ?? '') })}<br>${date}</p>
<form class="acts" method="post" id="main-form" action="${here}"><input type="hidden" name="strokes" value="${JSON.stringify(
    draft.strokes ?? [],
  )}"><button type="button" class="button plain" data-erase>${icon(ask, 'erase')}${t('擦掉重写')}</button><button class="button" name="choice"
  value="declined">${t('这次不签')}</button><button class="button" name="choice" value="signed">${icon(ask, 'check')}${t('签好了')}</button></form>`;
  return { title: t('承诺书'), body, layout: 'pad', lock: lockOf(ask), status: wrong ? 422 : 200 };
}

/**
 * 放给他听 where this phone has the recording, else who reads it to him.
 * @param {Ask} ask
 * @param {string | null | undefined} audio
 */
async function readAloud(ask, audio) {
  if (!audio || !(await blob(ask.db, audio))) return html`<p class="aloud">${t('请您念给他听')}</p>`;
  return html`<div class="aloud"><button type="button" class="button" data-play>${icon(ask, 'speaker')}<span class="idle">${t(
    '放给他听',
  )}</span><span class="busy">${t('停')}</span></button><audio preload="none" src="/field/sounds/${audio}"></audio><small class="mute">${t(
    '放不出来，请您念给他听。',
  )}</small></div>`;
}

/** @param {Ask} ask */
function lockOf(ask) {
  return {
    name: 'sign',
    url: `/field/places/${ask.params.id}/sign?id=${ask.url.searchParams.get('id')}`,
    back: visitUrl(ask),
  };
}

/**
 * POST: keeps the strokes; 签好了 and 这次不签 lead to the same thanks.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function saveSign(ask) {
  const draft = await draftHere(ask);
  if (!draft) return noDraft(ask);
  const strokes = strokesOf(ask.form.get('strokes') ?? '');
  const choice = ask.form.get('choice');
  if (choice === 'signed' && !strokes.length) return pad(ask, draft, t('还没写。写名字，画个圈也行'));
  const { signed: _signed, ...form } = draft.form;
  if (choice === 'signed') Object.assign(form, { commitment: 'screen', signed: '1' });
  if (choice === 'declined') form.commitment = 'declined';
  const kept = choice === 'declined' ? [] : strokes;
  await saveDraft(ask.db, { ...draft, form, strokes: kept, updated_at: ask.now.toISOString() });
  if (!choice) return new Response(null, { status: 204 });
  return seeOther(ask, `/field/places/${ask.params.id}/signed?id=${draft.id}`);
}

/**
 * Strokes as lists of whole numbers x, y, x, y … on a pad 1000 wide; empty when they are no such thing or too long.
 * @param {string} text
 * @returns {number[][]}
 */
function strokesOf(text) {
  if (text.length > STROKES_LIMIT) return [];
  try {
    const strokes = JSON.parse(text);
    const fits = Array.isArray(strokes) && strokes.every((line) => Array.isArray(line) && line.every(Number.isInteger));
    return fits ? strokes : [];
  } catch {
    return [];
  }
}

/**
 * GET: the same thanks whatever was chosen; still locked.
 * @param {Ask} ask
 * @returns {Page}
 */
export function signedPage(ask) {
  const body = html`${lockHead(ask, t('请把手机交还'))}<div class="thanks"><h1>${t('好了，谢谢您')}</h1><p class="help">${t(
    '签了随时能撤，跟网格员或村里说一声就行。',
  )}</p></div>`;
  return { title: t('谢谢'), body, layout: 'sheet', lock: { ...lockOf(ask), url: ask.url.pathname + ask.url.search } };
}
