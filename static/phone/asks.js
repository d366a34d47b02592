/**
 * What the office asks this worker about a door (请我说明), and what was answered: the server's rows, and over them
 * one's own answers until the rows speak for them.
 *
 * @typedef {import('./db.js').Store} Store
 * @typedef {import('./types.js').Data} Data
 * @typedef {import('./types.js').Tx} Tx
 *
 * @typedef {object} Question
 * @property {string} id
 * @property {(Data & {id: string}) | null} place null where this phone does not know the door
 * @property {string} question
 * @property {string} at
 * @property {string | null} due
 * @property {string | null} answer
 * @property {string | null} answered_at null while it waits for an answer
 * @property {boolean} waiting the answer is only on this phone yet
 */

import { compareInstants } from '../shared/dates.js';
import { record } from './record.js';
import { thaw } from './sync/line.js';
import { contains } from './sync/ranges.js';

/** @type {import('./types.js').StoreName[]} */
const STORES = ['meta', 'rows', 'places', 'events'];

/**
 * The questions to this worker: `open` wait for an answer, the most pressing first; `answered` the latest first.
 * @param {Store} db
 * @returns {Promise<{open: Question[], answered: Question[]}>}
 */
export function asks(db) {
  return db.read(STORES, async (tx) => {
    const me = (await tx.objectStore('meta').get('identity'))?.worker?.id;
    const rows = (await tx.objectStore('rows').index('kind').getAll('ask')).filter(({ data }) => data.worker_id === me);
    const said = await ownAnswers(tx);
    const all = await Promise.all(rows.map((row) => questionOf(tx, row, said.get(row.id))));
    const open = all.filter(({ answered_at }) => !answered_at);
    const answered = all.filter(({ answered_at }) => answered_at);
    return {
      open: open.sort((a, b) => (a.due ?? '9').localeCompare(b.due ?? '9') || compareInstants(a.at, b.at)),
      answered: answered.sort((a, b) => compareInstants(b.answered_at ?? '', a.answered_at ?? '')),
    };
  });
}

/**
 * @param {Tx} tx
 * @param {import('./types.js').KeptRow} row
 * @param {{text: string, at: string, waiting: boolean} | undefined} own
 * @returns {Promise<Question>}
 */
async function questionOf(tx, { id, data }, own) {
  const row = await tx.objectStore('rows').get(['place', data.place_id]);
  const view = await tx.objectStore('places').get(row?.merged_into ?? data.place_id);
  const stands = own && !(data.answered_at && compareInstants(data.answered_at, own.at) >= 0) ? own : null;
  return {
    id,
    place: view ? { ...view.data, id: view.id } : null,
    question: String(data.question ?? ''),
    at: String(data.at),
    due: data.due ?? null,
    answer: stands ? stands.text : (data.answer ?? null),
    answered_at: stands ? stands.at : (data.answered_at ?? null),
    waiting: Boolean(stands?.waiting),
  };
}

/** One's own answers that the rows do not show yet, by question; of several the one that will stand. */
async function ownAnswers(/** @type {Tx} */ tx) {
  const held = (await tx.objectStore('meta').get('contact'))?.held ?? [];
  const unsettled = await tx.objectStore('events').index('settled').getAll(0);
  /** @type {Map<string, {text: string, at: string, waiting: boolean}>} */
  const found = new Map();
  for (const { n, kind, line, at } of unsettled) {
    if (kind !== 'explanation' || !line) continue;
    const { item_id, text = '' } = thaw(line).body;
    const earlier = found.get(item_id);
    if (!earlier || compareInstants(earlier.at, at) <= 0) found.set(item_id, { text, at, waiting: !contains(held, n) });
  }
  return found;
}

/**
 * Answers a question of the office; answering again puts the later words in place of the earlier.
 * @param {Store} db
 * @param {{id?: string, ask_id: string, text: string, now: import('../shared/dates.js').Moment}} answer
 */
export function explain(db, { id, ask_id, text, now }) {
  return record(db, { ...(id ? { id } : {}), kind: 'explanation', body: { item_id: ask_id, text }, now });
}
