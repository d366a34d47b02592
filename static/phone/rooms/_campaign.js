/** Which campaign a form is for, said where more than one runs. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';
import { campaigns, formCampaign } from '../read.js';

/** @typedef {import('./_types.js').Ask} Ask */

/** The campaign of a visit form. @param {Ask} ask @param {Record<string, string>} form */
export function campaignOf(ask, form) {
  return formCampaign(ask.db, form.campaign, ask.now);
}

/**
 * The campaign's name above a form, as long as it could be mistaken for another.
 * @param {Ask} ask
 * @param {{id: string, name?: string} | null} round
 */
export async function campaignLine(ask, round) {
  const running = await campaigns(ask.db, ask.now);
  const isPlain = running.length < 2 && (!round || !running[0] || running[0].id === round.id);
  return !isPlain && round && html`<p class="hint">${t('行动：{name}', { name: round.name ?? '' })}</p>`;
}
