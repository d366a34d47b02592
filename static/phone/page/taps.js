/**
 * Taps in long lists. htmx would make each of a hundred links its own before the list may be used, and on a slow phone that takes
 * longer than to draw it; so those are left out (`hx-boost="false"`) and two listeners hand it the one that was tapped.
 */
import { TAPPED } from '../rooms/_frame.js';

const PAGES = '/field/';

/** @param {MouseEvent} event */
function follow(event) {
  const { button, ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
  if (button || ctrlKey || metaKey || shiftKey || altKey || defaultPrevented) return;
  const link = left(event, `a[href^="${PAGES}"]`);
  if (link) hand(event, 'GET', link, link.getAttribute('href'));
}

/** @param {SubmitEvent} event */
function send(event) {
  const form = event.defaultPrevented ? null : left(event, `form[action^="${PAGES}"]`);
  if (form) hand(event, 'POST', form, form.getAttribute('action'));
}

/** What was tapped, if it was left out. @param {Event} event @param {string} what */
function left({ target }, what) {
  return target instanceof Element && window.htmx ? target.closest(`${what}[hx-boost="false"]`) : null;
}

/** @param {Event} event @param {string} method @param {Element} source @param {string | null} address */
function hand(event, method, source, address) {
  event.preventDefault();
  window.htmx?.ajax(method, address ?? PAGES, { source, event, target: '#page', swap: TAPPED, push: 'true' });
}

export function bindTaps() {
  document.addEventListener('click', follow);
  document.addEventListener('submit', send);
}
