/** Which campaign a form is for, said where more than one runs. */
import { html } from '../../shared/html.js';
import { t } from '../../shared/words.js';

/**
 * The campaign's name above a form, as long as it could be mistaken for another.
 * @param {import('../read.js').Rounds} rounds
 * @param {{id: string, name?: string} | null} round
 */
export function campaignLine({ running }, round) {
  const isPlain = running.length < 2 && (!round || !running[0] || running[0].id === round.id);
  return !isPlain && round && html`<p class="hint">${t('行动：{name}', { name: round.name ?? '' })}</p>`;
}
