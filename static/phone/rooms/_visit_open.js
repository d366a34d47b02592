/** The first state of a visit form: fresh, under another outcome, or as a correction of an earlier visit. */
import { stamp } from '../../shared/dates.js';
import { NOBODY } from '../../shared/fold.js';
import { ASKS, count } from './_visit_form.js';

/** @typedef {import('./_types.js').Visit} Visit */
/** @typedef {Record<string, string>} Fields */

/**
 * The first state of a form.
 * @param {string} outcome
 * @param {import('./_types.js').Hint | null} hint
 * @param {Date} now
 * @returns {Fields}
 */
export function preset(outcome, hint, now) {
  const covered = outcome === 'met_covered' || outcome === 'remote_covered';
  /** @type {Fields} */
  const form = { outcome, when: 'now', adults: covered ? '1' : '0', opened: stamp(now) };
  if (hint?.kind === 'evening' && NOBODY.has(outcome)) form.slot = 'evening'; // whoever was met says when
  return form;
}

/**
 * The same form under another outcome: what was answered stays, and somebody listened where something was told.
 * @param {Fields} form
 * @param {string} outcome
 * @returns {Fields}
 */
export function asOutcome(form, outcome) {
  const listened = ASKS[outcome]?.includes('adults') && count(form.adults) < 1;
  return { ...form, outcome, ...(listened ? { adults: '1' } : {}) };
}

/**
 * The form of a visit that is to be corrected: the same answers, to be changed.
 * @param {Visit} visit
 * @param {Date} now
 * @returns {Fields}
 */
export function formOf(visit, now) {
  const { app, commitment, next_try, away, materials } = visit;
  /** @type {Record<string, unknown>} */
  const form = {
    outcome: visit.outcome,
    supersedes: visit.id,
    campaign: visit.campaign_id,
    opened: stamp(now),
    visited_at: visit.visited_at,
    adults: visit.adults_listened ?? 0,
    commitment: commitment?.method,
    relation: commitment?.signer_relation,
    paper_no: commitment?.paper_no,
    version: commitment?.version,
    text_hash: commitment?.text_hash,
    signed: commitment?.method === 'screen' ? '1' : '',
    slot: next_try?.slot,
    next_date: next_try?.date,
    away_kind: away?.kind,
    back_on: away?.back_on,
    no_return: visit.do_not_return ? '1' : '',
    note: visit.note,
    photos: Array.isArray(visit.photos) ? visit.photos.join(',') : '',
  };
  for (const [key, n] of Object.entries(app ?? {})) form[`app_${key}`] = n;
  for (const { material, quantity } of materials ?? []) form[`m_${material}`] = quantity;
  return Object.fromEntries(
    Object.entries(form)
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([name, value]) => [name, String(value)]),
  );
}
