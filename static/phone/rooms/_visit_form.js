/**
 * From the visit form's strings to the body of the event. Pure: what an outcome does not need is left
 * out even when the form still carries it from an earlier choice.
 */
import { visitedAt } from '../../shared/dates.js';
import { APP } from '../../shared/terms.js';
import { t } from '../../shared/words.js';
import { photosIn } from '../photos.js';
import { awayOf } from './_away.js';
import { PHOTOGRAPHED } from './photos.js';

/** @typedef {import('./_types.js').Campaign} Campaign */
/** @typedef {import('./_types.js').Draft} Draft */
/** @typedef {Record<string, string>} Fields */

/** What each outcome asks for, in the order of the form. @type {Readonly<Record<string, string[]>>} */
export const ASKS = {
  met_covered: ['adults', 'materials', 'app', 'commitment'],
  remote_covered: ['adults', 'app'],
  met_declined: ['materials', 'no_return'],
  met_later: ['next', 'materials'],
  nobody_home: ['next'],
  left_material: ['materials', 'next'],
  minor_only: ['next'],
  unsafe_stop: ['next'],
  away_reported: ['away'],
  wrong_entry: [],
};

export const NOTE_LIMIT = 100;
/** The wire's limit is 8 KB of JSON; one digit a byte. */
export const STROKES_LIMIT = 8000;

/**
 * What is still missing before a form can be saved; empty when nothing is.
 * @param {Fields} form
 * @returns {string[]}
 */
export function problems(form) {
  const asks = ASKS[form.outcome ?? ''];
  if (!asks) return [t('请先选走访结果。')];
  const found = [];
  if (asks.includes('adults') && count(form.adults) < 1)
    found.push(t('听讲的大人还是 0。至少记 1 位，没人听就换个结果。'));
  if (asks.includes('away') && !form.away_kind) found.push(t('请选一下是哪种不在家。'));
  if (asks.includes('commitment') && form.commitment === 'paper' && !form.paper_no?.trim())
    found.push(t('请填纸质承诺书上的编号。'));
  if (asks.includes('next') && form.slot === 'date' && !form.next_date) found.push(t('请选一下哪天再来。'));
  if ([...(form.note ?? '')].length > NOTE_LIMIT) found.push(t('备注最多 {n} 个字。', { n: NOTE_LIMIT }));
  return found;
}

/**
 * The visit as it goes into the event.
 * @param {Draft} draft
 * @param {Campaign | null} campaign
 * @param {Date} now
 */
export function bodyOf({ place_id, form, strokes }, campaign, now) {
  const asks = ASKS[form.outcome ?? ''] ?? [];
  return kept({
    place_id,
    campaign_id: form.campaign || campaign?.id,
    mode: form.outcome === 'remote_covered' ? 'remote' : 'planned',
    outcome: form.outcome,
    visited_at: form.visited_at || visitedAt(whenOf(form), now),
    started_at: form.opened,
    adults_listened: asks.includes('adults') ? count(form.adults) : undefined,
    materials: asks.includes('materials') ? materialsOf(form) : undefined,
    app: asks.includes('app') ? appOf(form) : undefined,
    commitment: asks.includes('commitment') ? commitmentOf(form, campaign, strokes) : undefined,
    away: asks.includes('away') ? awayOf(form) : undefined,
    do_not_return: form.no_return ? true : undefined,
    next_try: asks.includes('next') ? nextOf(form) : undefined,
    note: form.note?.trim(),
    photos: photosOf(form),
  });
}

/**
 * What the field of the same name says.
 * @param {Fields} form
 * @returns {'now' | 'morning' | 'afternoon' | 'yesterday' | number}
 */
export function whenOf({ when }) {
  if (when === 'morning' || when === 'afternoon' || when === 'yesterday') return when;
  return /^[2-7]$/.test(when ?? '') ? Number(when) : 'now';
}

/** @param {Fields} form */
function materialsOf(form) {
  const given = Object.entries(form)
    .filter(([name, value]) => name.startsWith('m_') && count(value) > 0)
    .map(([name, value]) => ({ material: name.slice(2), quantity: count(value) }));
  return given.length ? given : undefined;
}

/** @param {Fields} form */
function photosOf(form) {
  const hashes = PHOTOGRAPHED.has(form.outcome ?? '') ? photosIn(form.photos) : [];
  return hashes.length ? hashes : undefined;
}

/** @param {Fields} form */
function appOf(form) {
  const counts = Object.keys(APP).map((key) => [key, count(form[`app_${key}`])]);
  return counts.some(([, n]) => n) ? Object.fromEntries(counts) : undefined;
}

/**
 * @param {Fields} form
 * @param {Campaign | null} campaign
 * @param {number[][] | undefined} strokes
 */
function commitmentOf(form, campaign, strokes) {
  const method = form.commitment;
  if (!method) return undefined;
  const given = method !== 'declined';
  return kept({
    method,
    version: form.version || campaign?.commitment?.version,
    text_hash: form.version ? form.text_hash : campaign?.commitment?.text_hash,
    signer_relation: given ? form.relation || 'head' : undefined,
    paper_no: method === 'paper' ? form.paper_no?.trim() : undefined,
    strokes: method === 'screen' && strokes?.length ? strokes : undefined,
  });
}

/** @param {Fields} form */
function nextOf({ slot, next_date }) {
  return slot ? kept({ slot, date: slot === 'date' ? next_date : undefined }) : undefined;
}

/**
 * A whole number from 0 to 999; anything else is 0.
 * @param {string | undefined} text
 */
export function count(text) {
  return /^\d{1,3}$/.test(text ?? '') ? Number(text) : 0;
}

/**
 * Without what was left blank.
 * @template {Record<string, unknown>} T
 * @param {T} fields
 */
function kept(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}
