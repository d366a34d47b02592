/**
 * Lists of places: groups, roster, search. They read one record a place, kept by every transaction that changes it.
 */

/** @typedef {import('./db.js').Store} Store */
/** @typedef {import('./types.js').Tx} Tx */
/** @typedef {import('./types.js').PlaceView} PlaceView */
/** @typedef {import('./types.js').ListRow} ListRow */

import { once } from './db.js';
import { inOrder, namesOf, regionsIn } from './groups.js';
import { asked, normalise, readings, terms, tokens } from './search.js';

/** What lists are read from. @type {import('./types.js').StoreName[]} */
export const LISTS = ['meta', 'places', 'drafts', 'put_off', 'rows', 'events'];

/**
 * A place as lists show it.
 * @param {Tx} tx
 * @param {PlaceView} view
 * @returns {Promise<ListRow>}
 */
export async function rowOf(tx, view) {
  return rowWith(view, (await tx.objectStore('drafts').getKey(view.id)) !== undefined);
}

/** The same for several; drafts are few, so all their keys are one question. */
export async function rowsOf(
  /** @type {Tx} */ tx,
  /** @type {PlaceView[]} */ views,
  keys = tx.objectStore('drafts').getAllKeys(),
) {
  const drafts = new Set(await keys);
  return views.map((view) => rowWith(view, drafts.has(view.id)));
}

/**
 * @param {PlaceView} view
 * @param {boolean} draft
 * @returns {ListRow}
 */
export function rowWith({ id, data, state, last, hint, next_try, promise, do_not_return }, draft) {
  return {
    place: { ...data, id, do_not_return },
    state,
    last: last && { outcome: last.outcome, visited_at: last.visited_at },
    hint,
    draft,
    promised: promise ? next_try : null,
  };
}

/** @param {Tx} tx @param {string} id @returns {Promise<PlaceView | undefined>} */
export function viewIn(tx, id) {
  return once(tx, `view of ${id}`, () => tx.objectStore('places').get(id));
}

/**
 * One page of a group, or of all groups.
 * @param {Tx} tx
 * @param {{group: string | null, limit: number, after: string | null}} options after = id of the last place shown
 * @returns {Promise<{rows: ListRow[], more: boolean}>}
 */
export async function page(tx, { group, limit, after }) {
  const drafts = tx.objectStore('drafts').getAllKeys();
  const range = inOrder(group);
  const previous = after ? await tx.objectStore('places').get(after) : undefined;
  const from = previous ? [1, previous.group, previous.row_order, previous.id] : range.lower;
  const rest = IDBKeyRange.bound(from, range.upper, previous !== undefined);
  const views = await tx
    .objectStore('places')
    .index('order')
    .getAll(rest, limit + 1);
  return { rows: await rowsOf(tx, views.slice(0, limit), drafts), more: views.length > limit };
}

/**
 * Places that match every word typed, by the beginning of a token; whole matches first, then roster order.
 * @param {Store} db
 * @param {string} text
 * @param {{limit: number}} options
 * @returns {Promise<{rows: ListRow[], more: boolean, names: Map<string, string>}>} names of regions by code, for the plates
 */
export function search(db, text, { limit }) {
  return db.read(LISTS, async (tx) => {
    const drafts = tx.objectStore('drafts').getAllKeys();
    const typed = terms(text);
    // Few begin with a group's name: what was typed is looked up while the names are read.
    const [regions, asTyped] = await Promise.all([regionsIn(tx), placesOfAll(tx, typed, db.mark)]);
    const names = namesOf(regions);
    const words = withoutGroups(regions, typed);
    const { matching, whole } = words.group ? await placesOfAll(tx, words.tokens, db.mark) : asTyped;
    const known = await Promise.all(matching.map((id) => tx.objectStore('places').get(id)));
    const views = known.flatMap((view) => (view && (!words.group || view.group === words.group) ? [view] : []));
    const rank = (/** @type {PlaceView} */ view) => (whole.has(view.id) ? 0 : 1);
    views.sort((a, b) => rank(a) - rank(b) || a.group.localeCompare(b.group) || a.row_order - b.row_order);
    return { rows: await rowsOf(tx, views.slice(0, limit), drafts), more: views.length > limit, names };
  });
}

/**
 * The places that all typed words find, and those of which one is a whole word.
 * @param {Tx} tx
 * @param {string[]} words
 * @param {((word: string) => string) | null} mark
 */
async function placesOfAll(tx, words, mark) {
  const found = await Promise.all(words.map((word) => placesOf(tx, word, mark)));
  const [first = [], ...others] = found.map(({ begun }) => begun);
  const matching = new Set(others.reduce((kept, each) => kept.filter((id) => each.includes(id)), first));
  return { matching: [...matching], whole: new Set(found.flatMap((each) => each.whole)) };
}

/**
 * The places that a typed word finds, and those of which it is a whole word.
 * @param {Tx} tx
 * @param {string} word
 * @param {((word: string) => string) | null} mark
 */
async function placesOf(tx, word, mark) {
  const index = tx.objectStore('places').index('tokens');
  const parts = await Promise.all(
    readings(word).map(async (each) => {
      const { begins, whole, beyond } = asked(each, mark);
      const [begun, same] = await Promise.all([index.getAllKeys(begins), index.getAllKeys(whole)]);
      return beyond ? those(tx, begun, beyond) : { begun: [...begun, ...same], same };
    }),
  );
  return { begun: parts.flatMap(({ begun }) => begun), whole: parts.flatMap(({ same }) => same) };
}

/** Those of some places that have a word beginning so, and of them those that have it whole. @param {Tx} tx @param {string[]} ids @param {string} word */
async function those(tx, ids, word) {
  const views = await Promise.all([...new Set(ids)].map((id) => tx.objectStore('places').get(id)));
  const known = views.flatMap((view) => (view ? [{ id: view.id, words: tokens(view.data) }] : []));
  const begun = known.filter(({ words }) => words.some((each) => each.startsWith(word)));
  const same = begun.filter(({ words }) => words.includes(word));
  return { begun: begun.map(({ id }) => id), same: same.map(({ id }) => id) };
}

/** 「三组13」 means number 13 of that group. @param {import('./types.js').Row[]} regions @param {string[]} words */
function withoutGroups(regions, words) {
  const named = regions.filter((row) => row.data.level === 'group').map((row) => [normalise(row.data.name), row.id]);
  for (const [name = '', id] of named.filter(([name]) => name)) {
    const at = words.findIndex((word) => word.startsWith(name) && (word.length > name.length || words.length > 1));
    if (at < 0) continue;
    const rest = words.map((word, index) => (index === at ? word.slice(name.length) : word));
    return { group: id, tokens: rest.filter(Boolean) };
  }
  return { group: null, tokens: words };
}
