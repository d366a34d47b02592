/** Equal cells: the form's way of asking, without a preferred answer. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { icon } from './_parts.js';

/** @typedef {import('./_types.js').Ask} Ask */

/**
 * Equal cells of which one is chosen.
 * @param {Ask} ask
 * @param {{name: string, options: [string, string][], chosen: string | undefined, layout?: string, optional?: boolean, prefix?: string}} group
 *   `prefix` tells apart the cells of several forms on one page
 */
export function choices(ask, { name, options, chosen, layout = '', optional = false, prefix = name }) {
  return html`<div class="cells ${layout}" role="radiogroup">${options.map(
    ([value, word]) =>
      html`<span><input class="pick" type="radio" name="${name}" value="${value}" id="${prefix}-${value}"${
        chosen === value && html` checked`
      }${optional && html` data-unpick`}><label class="cell" for="${prefix}-${value}">${icon(ask, 'check')}${t(word)}</label></span>`,
  )}</div>`;
}
