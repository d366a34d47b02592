/** Small pieces the page asks for by itself: the strip after a sync, and what must be said aloud. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { strip } from '../read.js';
import { top } from './_frame.js';
import { banner, icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */

/** @param {import('../../shared/html.js').Html | ''} piece */
function piece(piece) {
  return new Response(String(piece), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}

/** @param {Ask} ask */
export async function stripPart(ask) {
  return piece(top(ask, await strip(ask.db)) ?? '');
}

/**
 * A new version waits. The page reloads once, and only when asked. On a form it takes one line (`?line`).
 * @param {Ask} ask
 */
export function updatePart(ask) {
  if (ask.url.searchParams.has('line'))
    return piece(
      html`<div class="banner thin" role="status"><b>${t('有新版本')}</b><button class="quiet" type="button" data-update>${t(
        '现在换',
      )}</button><button class="quiet" type="button" data-later aria-label="${t('等会儿')}">${icon(ask, 'x')}</button></div>`,
    );
  const acts = html`<button class="button plain" type="button" data-update>${t('现在换')}</button><button class="button plain" type="button"
    data-later>${t('等会儿')}</button>`;
  return piece(banner(t('有新版本。'), t('写了一半的会先存好，换好还在。'), acts));
}
