/**
 * What a place is found by. Tokens are made in one place, opaque to the index, so that they can be keyed later.
 */

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
 * The words under which a place is found; each also by its beginning.
 * @param {import('./types.js').Data} place the wire's place row `data`
 * @returns {string[]} without repeats
 */
export function tokens(place) {
  const { door, building, unit, room, settlement, lane } = place.address ?? {};
  const digits = normalise(place.phone).replace(/\D/g, '');
  const found = [
    ...endings(place.contact_name),
    ...endings(place.nickname),
    ...(place.py ?? []).map(normalise),
    ...[place.local_no, door, building, unit, room].flatMap(numbers),
    ...endings(place.landmark),
    ...[settlement, lane, place.lane].map(normalise),
    digits.length >= 4 ? digits.slice(-4) : '',
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
