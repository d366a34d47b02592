/** The visit form: opened under the id its visit will have, drawn from its draft, saved once. */
import { html } from '../../shared/html.js';
import { newId } from '../../shared/ids.js';
import { OUTCOMES } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { dropPhotos, photosIn } from '../photos.js';
import { doorForForm, draftAt, formPage, roundOf } from '../read.js';
import { correct, dropDraft, saveDraft, saveVisit } from '../record.js';
import { campaignLine } from './_campaign.js';
import { banner, called, formHead, icon } from './_parts.js';
import { seeOther } from './_redirect.js';
import { strokesOf } from './_signed.js';
import { noPlace, noVisit, plain } from './_trouble.js';
import { fields } from './_visit_fields.js';
import { bodyOf, problems } from './_visit_form.js';
import { asOutcome, formOf, preset } from './_visit_open.js';
import { afterSave } from './saved.js';

/** @typedef {import('./_types.js').Ask} Ask */
/** @typedef {import('./_types.js').Draft} Draft */
/** @typedef {import('./_types.js').Page} Page */
/** @typedef {Awaited<ReturnType<typeof formPage>>} Known */
/** @typedef {import('../read.js').Door} Door */

/** A longer word stands alone in the head, so that it keeps to one line. */
const LONG_OUTCOME = 3;

/**
 * GET: the form. Without `id` in the address one is minted (or the draft's is taken) and the address then keeps it, so that a
 * reload, a late tap or the way back meets the same visit; once that is saved the way back leads to 今天.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function visitForm(ask) {
  const query = ask.url.searchParams;
  const { id = '', supersedes = '' } = Object.fromEntries(query);
  const known = await formPage(ask.db, { door: ask.params.id ?? '', visit: id, supersedes }, ask.now);
  const { found, made } = known;
  if (!found) return noPlace();
  const draft = /** @type {Draft | null} */ (found.draft);
  if (!id) return seeOther(ask, withId(ask, draft?.id ?? newId(ask.now)));
  if (draft && draft.id !== id) return unfinished(found.place.id);
  if (!draft && made) return seeOther(ask, '/field/');
  const form = draft?.form ?? firstForm(ask, known);
  if (!form) return noVisit();
  const outcome = query.get('outcome') ?? form.outcome ?? '';
  if (!OUTCOMES[outcome]) return seeOther(ask, `/field/places/${found.place.id}/outcomes${ask.url.search}`);
  const changed = outcome !== form.outcome;
  return drawn(ask, known, changed ? asOutcome(form, outcome) : form, { id, dirty: Boolean(draft) && changed });
}

/**
 * @param {Ask} ask
 * @param {string} id
 */
function withId(ask, id) {
  const url = new URL(ask.url);
  url.searchParams.set('id', id);
  return url.pathname + url.search;
}

/**
 * @param {Ask} ask
 * @param {Known} known
 */
function firstForm(ask, { found, earlier, rounds }) {
  const query = ask.url.searchParams;
  if (query.get('supersedes')) return earlier ? formOf(/** @type {any} */ (earlier), ask.now) : null;
  const { id = '' } = rounds.running[0] ?? {};
  return { ...preset(query.get('outcome') ?? '', found?.hint ?? null, ask.now), campaign: id };
}

/** @param {string} place_id */
function unfinished(place_id) {
  return plain({
    title: t('这户还有一条没写完'),
    say: t('先把那条写完，或在那一页选「不要了」。'),
    href: `/field/places/${place_id}/visit`,
    words: t('去写完'),
  });
}

/**
 * @param {Ask} ask
 * @param {Known} known
 * @param {Record<string, string>} form
 * @param {{id: string, dirty?: boolean, wrong?: string[]}} state
 * @returns {Promise<Page>}
 */
async function drawn(ask, { found, rounds }, form, { id, dirty = false, wrong = [] }) {
  if (!found) return noPlace();
  const { place } = found;
  const draft = /** @type {Draft | null} */ (found.draft);
  const round = roundOf(rounds, form.campaign);
  const title = called(place, found.group);
  const here = `/field/places/${place.id}`;
  const outcome = t(OUTCOMES[form.outcome ?? '']?.button ?? '');
  const told = outcome.length > LONG_OUTCOME ? outcome : t('走访结果：{outcome}', { outcome });
  const result = form.supersedes ? t('改正：{outcome}', { outcome }) : told;
  const unsigned = Boolean(form.supersedes && form.signed) && !(await strokesOf(ask, form, draft));
  const again = new URLSearchParams({ id, outcome: form.outcome ?? '', supersedes: form.supersedes ?? '' });
  const other = html`<a class="button switch" href="${here}/outcomes?${again}">${t('换一个')}</a>`;
  const body = html`${formHead(ask, { href: here, title, sub: result, right: other })}
${campaignLine(rounds, round)}<form class="form" id="main-form" method="post" action="${here}/visit?id=${id}" data-draft="${here}/draft?id=${id}"${dirty && html` data-dirty`}>
${wrong.length > 0 && banner(wrong.join(''), t('填的都还在。'), false, true)}
<input type="hidden" name="outcome" value="${form.outcome}"><input type="hidden" name="opened" value="${form.opened}"><input type="hidden"
  name="supersedes" value="${form.supersedes ?? ''}"><input type="hidden" name="campaign" value="${form.campaign ?? ''}">
<div class="fields">${fields({ ask, form, campaign: /** @type {any} */ (round), unsigned })}${drop(here, Boolean(draft))}</div>
<div class="bar">${saveKey(ask, form)}</div></form>`;
  return { title, body, layout: 'has-bar', status: wrong.length ? 422 : 200 };
}

/**
 * What cannot be brought back is asked about once.
 * @param {string} here
 * @param {boolean} draft
 */
function drop(here, draft) {
  if (!draft) return null;
  return html`<div class="field"><details class="more-fields"><summary>${t('不要了，删掉草稿')}</summary><p class="say">${t(
    '删掉这份草稿吗？写的和签的都会没有，找不回来。',
  )}</p><div class="pair"><button class="button plain" type="button" data-close>${t('留着')}</button><button class="button plain" formaction="${here}/drop" formnovalidate>${t(
    '删掉',
  )}</button></div></details></div>`;
}

/**
 * @param {Ask} ask
 * @param {Record<string, string>} form
 */
function saveKey(ask, form) {
  const save = (/** @type {unknown} */ more) =>
    html`<button class="button main"${more}>${icon(ask, 'check')}${t('保存')}</button>`;
  if (form.signed) return save(null);
  const signs = form.commitment === 'screen' && form.outcome === 'met_covered';
  return html`${save(html` data-when="commitment!=screen"${signs && html` hidden`}`)}<button class="button main" data-when="commitment=screen"${!signs && html` hidden`}>${icon(ask, 'sign')}${t('下一步：签')}</button>`;
}

/**
 * POST: saves, or says what is missing and keeps everything that was filled in.
 * @param {Ask} ask
 * @returns {Promise<Page | Response>}
 */
export async function saveForm(ask) {
  const known = await (ask.ahead ?? formDoor(ask));
  const { door, rounds } = known;
  const id = ask.url.searchParams.get('id');
  if (!door || !id) return noPlace();
  const draft = draftOf(ask, door, id);
  const { form } = draft;
  const signing = form.commitment === 'screen' && !form.signed && form.outcome === 'met_covered';
  const wrong = problems(form);
  if (wrong.length || signing) await saveDraft(ask.db, draft);
  if (wrong.length) {
    const page = await formPage(ask.db, { door: door.id, visit: '', supersedes: '' }, ask.now);
    return drawn(ask, page, form, { id, wrong });
  }
  if (signing) return seeOther(ask, `/field/places/${door.id}/sign?id=${id}`);
  const strokes = await strokesOf(ask, form, draft);
  const body = bodyOf({ ...draft, strokes }, /** @type {any} */ (roundOf(rounds, form.campaign)), ask.now);
  const { supersedes } = form;
  const deed = { id, body, now: ask.now };
  return afterSave(ask, await (supersedes ? correct(ask.db, { ...deed, supersedes }) : saveVisit(ask.db, deed)), known);
}

/** What a deed on a form is read from. @param {Ask} ask */
export function formDoor(ask) {
  return doorForForm(ask.db, ask.params.id ?? '', ask.now);
}

/**
 * POST: keeps the draft as it stands. Nothing to see.
 * @param {Ask} ask
 */
export async function keepDraft(ask) {
  const door = await draftAt(ask.db, ask.params.id ?? '');
  const id = ask.url.searchParams.get('id');
  if (!door || !id) return noPlace();
  await saveDraft(ask.db, draftOf(ask, door, id));
  return new Response(null, { status: 204 });
}

/** @param {Ask} ask */
export async function dropForm(ask) {
  const place_id = ask.params.id ?? '';
  const door = await draftAt(ask.db, place_id);
  await dropDraft(ask.db, place_id);
  await dropPhotos(ask.db, photosIn(door?.draft?.form.photos));
  return seeOther(ask, `/field/places/${place_id}`);
}

/**
 * The form as a draft; the drawing of a signature lives in the draft, not in the form.
 * @param {Ask} ask
 * @param {Door} door
 * @param {string} id
 * @returns {Draft}
 */
function draftOf(ask, door, id) {
  const form = Object.fromEntries([...ask.form].filter(([, value]) => value !== ''));
  const earlier = /** @type {Draft | null} */ (door.draft);
  const strokes = earlier?.id === id ? earlier.strokes : undefined;
  const draft = { id, place_id: door.id, form, updated_at: ask.now.toISOString() };
  return strokes ? { ...draft, strokes } : draft;
}
