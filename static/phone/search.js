/**
 * What a place is found by. Tokens are made in one place, opaque to the index, so that they can be keyed later.
 */

/** Fewer digits than this are a door, never the end of a telephone number. */
const LEAST = 3;

/** NFKC makes full-width digits and letters plain ones. */
export function normalise(/** @type {unknown} */ text) {
  return typeof text === 'string' || typeof text === 'number'
    ? String(text).normalize('NFKC').toLowerCase().replace(/\s+/g, '')
    : '';
}

/** 「12号」 is looked for as 12, 「007」 also as 7. */
function numbers(/** @type {unknown} */ value) {
  const text = normalise(value).replace(/[号室户]$/, '');
  return [text, text.replace(/^0+(?=.)/, '')];
}

/** A whole name and all its endings, so that 「桂兰」 and 「兰」 find 王桂兰; a prefix search finds the surname. */
function endings(/** @type {unknown} */ name) {
  const characters = [...normalise(name)].slice(0, 12);
  return characters.map((_, index) => characters.slice(index).join(''));
}

/**
 * Each telephone number backwards, so that what it is found by, its beginning, are the number's last digits. The mark keeps it
 * apart from doors.
 */
function numbersOf(/** @type {unknown} */ phone) {
  const each = normalise(phone).split(/[/、,;]/);
  return each.map((text) => text.replace(/\D/g, '')).flatMap((digits) => (digits.length >= LEAST ? tail(digits) : []));
}

function tail(/** @type {string} */ digits) {
  return `#${[...digits].reverse().join('')}`;
}

/**
 * The words under which a place is found; each also by its beginning.
 * @param {import('./types.js').Data} place the wire's place row `data`
 * @returns {string[]} without repeats
 */
export function tokens(place) {
  const { door, building, unit, room, settlement, lane } = place.address ?? {};
  const found = [
    ...endings(place.contact_name),
    ...endings(place.nickname),
    ...(place.py ?? []).map(normalise),
    ...[place.local_no, door, building, unit, room].flatMap(numbers),
    ...endings(place.landmark),
    ...[settlement, lane, place.lane].map(normalise),
    ...numbersOf(place.phone),
  ];
  return [...new Set(found.filter(Boolean))];
}

/**
 * What was typed, as the beginnings of tokens that must all match.
 * @param {string} text
 * @returns {string[]}
 */
export function terms(text) {
  return text
    .split(/[\s,，、]+/)
    .map((part) => numbers(part)[0] ?? '')
    .filter(Boolean);
}

/**
 * The tokens that a typed word may be the beginning of: itself, and where it is three digits or more, the end of a number.
 * @param {string} word
 * @returns {string[]}
 */
export function readings(word) {
  return /^\d+$/.test(word) && word.length >= LEAST ? [word, tail(word)] : [word];
}

/** Of a number that is looked for by its end, so many: the sign and the fewest digits that may be typed. */
const MARKED_END = LEAST + 1;
const LAST = '\uffff';

/**
 * What stands in a sealed index for some words: for each the mark of its first character and behind it that of its first two, or
 * of the whole where it is no longer. What is typed beyond them is compared with the words themselves. Every entry is one that a
 * pull must write.
 * @param {string[]} words
 * @param {(word: string) => string} mark
 */
export function keyed(words, mark) {
  return [...new Set(words.map((word) => entry(...beginnings(word), mark)))];
}

/** @param {string} one @param {string} more @param {(word: string) => string} mark */
function entry(one, more, mark) {
  return mark(one) + mark(more);
}

/** @param {string} word @returns {[string, string]} */
function beginnings(word) {
  const [one = '', two, three] = word;
  if (isEnd(word)) return [one, word.slice(0, MARKED_END)];
  return [one, three === undefined ? `=${word}` : `${one}${two}`];
}

/**
 * How the index is asked for a typed word, and whether what it gives must still be looked at.
 * @param {string} word
 * @param {((word: string) => string) | null} mark null where the index holds the words themselves
 * @returns {{begins: any, whole: string, beyond: string}} begins: those that are longer; beyond: the word, where the index knows only
 *   its beginning
 */
export function asked(word, mark) {
  if (!mark) return { begins: IDBKeyRange.bound(word, word + LAST), whole: word, beyond: '' };
  const [one = '', two = ''] = word;
  const whole = entry(one, `=${word}`, mark);
  if (word === one) return { begins: IDBKeyRange.bound(mark(one), mark(one) + LAST), whole, beyond: '' };
  const beginning = isEnd(word) ? word.slice(0, MARKED_END) : one + two;
  return { begins: entry(one, beginning, mark), whole, beyond: beginning === word ? '' : word };
}

/** Whether a word is a number from its end on. @param {string} word */
function isEnd(word) {
  return word.startsWith('#');
}
