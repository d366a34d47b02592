/** A text for a chat group: one key copies it, and where the browser does not let it, the text stands there to be selected. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */

/**
 * @param {Ask} ask
 * @param {{text: string, key: string, shown?: boolean}} what shown: the text stands there from the start
 */
export function copyBox(ask, { text, key, shown = false }) {
  return html`<div class="copybox" data-copybox><p class="say" role="status" data-copy-failed hidden>${t(
    '没能直接复制。字已经选好，长按它选「复制」。',
  )}</p><textarea class="write" readonly rows="${shown ? 11 : 5}" aria-label="${t('要复制的字')}"${!shown && html` hidden`}>${text}</textarea><button class="button main" type="button"
  data-copy-text>${icon(ask, 'copy')}<span aria-live="polite" data-copied="${t('复制好了，去群里粘贴')}">${key}</span></button></div>`;
}
