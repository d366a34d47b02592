/**
 * What of a record stays readable under a PIN, and what of the rest is opened only when it is asked for: lists look at far more
 * records than they show.
 *
 * @typedef {import('../types.js').Data} Data
 */

/** What stays readable, by store; stores that are not named here are not sealed. @type {Readonly<Record<string, string[]>>} */
const READABLE = {
  events: ['n', 'id', 'kind', 'at', 'touches', 'settled', 'carried', 'held_since', 'root', 'box'],
  drafts: ['place_id', 'id'],
  rows: ['kind', 'id', 'seq', 'grid', 'place_id', 'merged_into', 'day'],
  places: ['id', 'grid', 'group', 'row_order', 'listed', 'open', 'promise', 'back_on'],
  staged: ['kind', 'id', 'grid', 'seq', 'removed'],
};
/** How a record is opened that has not been looked into yet. */
const OPENED = Symbol('opened');
/** What lists are made of is opened late. @type {Readonly<Record<string, PropertyDescriptorMap>>} */
const LATER = {
  events: lazy('line', 'hash'),
  rows: lazy('data'),
  places: lazy('data', 'state', 'last', 'next_try', 'hint', 'do_not_return'),
};

/** Whether a store's records are sealed at all. */
export function isKnown(/** @type {string} */ store) {
  return store in READABLE;
}

/** Regions, campaigns and materials are nobody's secret, and a locked phone asks them. */
export function isShared(/** @type {string} */ store, /** @type {any} */ value) {
  return !READABLE[store] || ((store === 'rows' || store === 'staged') && !value.grid);
}

/** @param {string} store @param {Data} value */
export function parted(store, value) {
  const readable = READABLE[store] ?? [];
  /** @type {Data} */
  const kept = {};
  /** @type {Data} */
  const secret = {};
  for (const name of Object.keys(value)) {
    const each = value[name];
    if (name === 'tokens' || each === undefined) continue;
    if (readable.includes(name)) kept[name] = each;
    else secret[name] = each;
  }
  return { kept, secret };
}

/** What the bytes are of: put elsewhere they do not open. */
export function aboutOf(/** @type {string} */ store, /** @type {Data} */ { kind, id, n, place_id }) {
  if (store === 'events') return `events/${n}`;
  return store === 'drafts' ? `drafts/${place_id}` : `${store}/${kind ?? ''}/${id}`;
}

/**
 * A record with what was sealed of it, opened now, or where lists are made of its kind, when it is first asked for.
 * @param {string} store
 * @param {Data} kept what stays readable
 * @param {() => Data} open
 * @returns {Data}
 */
export function whole(store, kept, open) {
  const later = LATER[store];
  if (!later) return { ...kept, ...open() };
  /** @type {Data | undefined} */
  let secret;
  const record = /** @type {any} */ (kept);
  record[OPENED] = () => {
    secret ??= open();
    return secret;
  };
  for (const name in later) Object.defineProperty(record, name, /** @type {PropertyDescriptor} */ (later[name]));
  return record;
}

/** Descriptors that all records share: six functions a record were most of the cost of looking at one. @param {string[]} names */
function lazy(...names) {
  /** @type {PropertyDescriptorMap} */
  const found = {};
  for (const name of names) {
    found[name] = {
      get() {
        return /** @type {any} */ (this)[OPENED]()[name];
      },
      enumerable: true,
      configurable: true,
    };
  }
  return found;
}
