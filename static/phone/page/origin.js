/** The way back from a door leads to the list one came from, with what was looked for in it; across the forms between. */
const KEY = 'doorknock-origin';

/** Remembers the list that is shown, and turns a door's way back to the last one. */
export function arriveOrigin() {
  const tab = document.querySelector('.tabs [aria-current]:not([href="/field/me"])');
  if (tab) sessionStorage.setItem(KEY, JSON.stringify({ href: shown(), words: tab.textContent }));
  const link = document.querySelector('[data-origin] a');
  const known = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (!link || !known?.href.startsWith('/field/')) return;
  link.setAttribute('href', known.href);
  const words = link.querySelector('span');
  if (words) words.textContent = known.words;
}

/** The address of what is shown: a list may have been narrowed since its page came. */
export function shown() {
  const drawn = document.getElementById('hits') ?? document.getElementById('page');
  return drawn?.dataset.here ?? location.pathname + location.search;
}
