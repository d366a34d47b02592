/** 照片: the field of a form, and the pictures themselves out of the phone's own store. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { blob, MOST_PHOTOS, photosIn } from '../photos.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */

/** Outcomes with something of the door to show; never where a child is alone or somebody just declined. */
export const PHOTOGRAPHED = new Set([
  'met_covered',
  'nobody_home',
  'left_material',
  'unsafe_stop',
  'away_reported',
  'wrong_entry',
]);

/**
 * The field, where the campaign has photos on or the form already holds some.
 * @param {{ask: Ask, form: Record<string, string>, campaign: import('./_types.js').Campaign | null}} sheet
 * @param {boolean} [fits] whether there is something to show
 */
export function photoField({ ask, form, campaign }, fits = PHOTOGRAPHED.has(form.outcome ?? '')) {
  const hashes = photosIn(form.photos);
  if (!fits || !(campaign?.parts?.photos || hashes.length)) return null;
  return html`<div class="field photos" data-photos="${MOST_PHOTOS}"><div class="label"><b>${t('照片')}</b><small>${t(
    '最多 {n} 张，可以不拍',
    { n: MOST_PHOTOS },
  )}</small></div><p class="say">${t('只拍资料和门牌，不拍人')}</p><input type="hidden" name="photos" value="${hashes.join(
    ',',
  )}"><ul class="thumbs">${hashes.map((hash) => thumb(ask, hash))}</ul><template data-thumb>${thumb(ask, '')}</template><label class="cell shoot"${
    hashes.length >= MOST_PHOTOS && html` hidden`
  }>${icon(ask, 'plus')}${t('拍一张')}<input type="file" accept="image/*" capture="environment" data-photo></label><p class="hint" role="status" data-said
  data-busy="${t('正在缩小…')}" data-full="${t('手机空间满了，这张没存上。别的都还在，照常保存就行。')}" data-broken="${t(
    '这张打不开，请再拍一张。',
  )}" data-failed="${t('这张没存上，请再拍一次。别的都还在。')}" hidden></p></div>`;
}

/**
 * @param {Ask} ask
 * @param {string} hash
 */
function thumb(ask, hash) {
  return html`<li data-hash="${hash}"><img ${hash ? html`src="/field/photos/${hash}"` : ''} alt="${t('拍的照片')}"><button type="button" class="button plain"
    data-drop>${icon(ask, 'x')}${t('拿掉')}</button></li>`;
}

/**
 * GET: one photo, as it will be sent.
 * @param {Ask} ask
 */
export async function photoFile(ask) {
  const bytes = /^[0-9a-f]{64}$/.test(ask.params.id ?? '') ? await blob(ask.db, ask.params.id ?? '') : null;
  if (!bytes) return new Response(null, { status: 404 });
  return new Response(bytes, { headers: { 'Content-Type': 'image/jpeg', 'Cache-Control': 'no-store' } });
}
