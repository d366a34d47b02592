/**
 * The only way this project makes HTML in JavaScript: a tagged template that escapes every value it is given.
 * Runs in pages, workers and Node.
 */

/** @type {Record<string, string>} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Markup that is safe to show: its values were escaped when it was made. */
export class Html {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/**
 * Markup from a template. Strings and numbers are escaped, other `Html` is kept, lists are joined, and null, undefined and
 * booleans draw nothing (so `${open && html`…`}` reads well). Attribute values must stand in quotes.
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 * @returns {Html}
 */
export function html(strings, ...values) {
  return new Html(strings.raw.map((text, i) => text + (i < values.length ? drawn(values[i]) : '')).join(''));
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function drawn(value) {
  if (value === null || value === undefined || typeof value === 'boolean') return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(drawn).join('');
  return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}
