/**
 * Words on screen. Chinese is the source text and the key; another language is a catalogue {source: translation}
 * loaded once at start. Without one, the source text itself is shown.
 */

/** @type {Record<string, string>} */
let catalogue = {};

/**
 * Uses another language from now on; an empty object returns to Chinese.
 * @param {Record<string, string>} words
 */
export function useCatalogue(words) {
  catalogue = words;
}

/**
 * The words to show for a source text, its `{name}` slots filled in. A slot without a value stays as it is written,
 * so that a mistake is seen and not swallowed.
 * @param {string} source
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(source, values = {}) {
  const words = catalogue[source] ?? source;
  return words.replace(/\{(\w+)\}/g, (slot, name) => (name in values ? String(values[name]) : slot));
}
