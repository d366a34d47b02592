/**
 * Lists without a mouse: J and K go from row to row, Enter opens (the row's own link has the focus), ? shows the keys.
 * Whoever leaves by a row comes back to it: the address remembers it before the page goes.
 */

const TYPING = 'input, textarea, select, [contenteditable]';

/** Bound once: what htmx brings later needs nothing more. */
export function bindRows() {
  document.addEventListener('keydown', onKey);
  document.addEventListener('click', remember);
  addEventListener('pageshow', goBack);
}

/** @returns {HTMLElement[]} */
function rows() {
  return [...document.querySelectorAll('[data-rows] [data-row]')].filter((row) => row instanceof HTMLElement);
}

/** @param {Element} row */
function linkOf(row) {
  return row.querySelector('a.name') ?? row.querySelector('a');
}

/** @param {Element | null | undefined} row */
function focus(row) {
  const link = row && linkOf(row);
  if (!(link instanceof HTMLElement)) return;
  link.focus({ preventScroll: true });
  row?.scrollIntoView({ block: 'nearest' });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || target?.matches(TYPING)) return;
  const dialog = document.querySelector('dialog[data-keys]');
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  if (event.key === '?') dialog.showModal();
  else if (event.key === 'j' || event.key === 'J') step(1);
  else if (event.key === 'k' || event.key === 'K') step(-1);
  else return;
  event.preventDefault();
}

/** @param {1 | -1} way */
function step(way) {
  const all = rows().filter((row) => linkOf(row) !== null);
  const here = all.findIndex((row) => row.contains(document.activeElement));
  focus(all[here === -1 ? (way === 1 ? 0 : all.length - 1) : here + way]);
}

/** @param {MouseEvent} event */
function remember(event) {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  const row = link?.closest('[data-row][id]');
  if (!row || event.ctrlKey || event.metaKey || link?.hasAttribute('hx-get')) return;
  history.replaceState(history.state, '', `#${row.id}`);
}

function goBack() {
  const row = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (row?.matches('[data-row]')) focus(row);
}
