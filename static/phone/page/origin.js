/** The way back from a door leads to the list one came from, with what was looked for in it; across the forms between. */
const KEY = 'doorknock-origin';

/** Remembers the list that is shown, and turns a door's way back to the last one. */
export function arriveOrigin() {
  const tab = document.querySelector('.tabs [aria-current]');
  if (tab) sessionStorage.setItem(KEY, JSON.stringify({ href: shown(), words: tab.textContent }));
  const link = document.querySelector('[data-origin] a');
  const known = link && JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (!known?.href?.startsWith('/field/')) return;
  link.setAttribute('href', known.href);
  const words = link.querySelector('span');
  if (words) words.textContent = known.words;
}

/** The address of what is shown: of the hits, where a list was narrowed since it came, else of the page. */
export function shown() {
  const narrowed = document.querySelector('#hits[data-here*="?"]');
  const { here } = /** @type {HTMLElement} */ (narrowed ?? document.getElementById('page'))?.dataset ?? {};
  return here ?? location.pathname + location.search;
}
