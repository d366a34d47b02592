/** Half-filled visit forms: kept a quarter second after every change, and at once when the page is left. */
import { localFetch } from './localfetch.js';

const WAIT_MS = 250;

/** @type {{form: HTMLFormElement, timer: ReturnType<typeof setTimeout>} | null} */
let waiting = null;
/** @type {Promise<unknown>} */
let writing = Promise.resolve();

/**
 * Writes what has changed, now. Resolves when it is stored.
 * @returns {Promise<unknown>}
 */
export function flushDraft() {
  if (waiting) {
    clearTimeout(waiting.timer);
    writing = write(waiting.form);
    waiting = null;
  }
  return writing;
}

/** @param {HTMLFormElement} form */
async function write(form) {
  const response = await localFetch(form.dataset.draft ?? '', {
    method: 'POST',
    headers: { 'HX-Request': 'true' },
    body: fieldsOf(form),
  });
  const notice = document.getElementById('notice');
  if (response.status === 503 && notice) notice.innerHTML = await response.text();
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  return new URLSearchParams(/** @type {any} */ (new FormData(form)));
}

/** @param {Event} event */
function changed(event) {
  const form = event.target instanceof Element ? event.target.closest('form') : null;
  if (!form?.dataset.draft) return;
  if (waiting) clearTimeout(waiting.timer);
  waiting = { form, timer: setTimeout(flushDraft, WAIT_MS) };
}

/** The page is going and may not live long enough for IndexedDB: the worker gets a copy that outlives it. */
function leaving() {
  if (!waiting) return;
  const { form } = waiting;
  if (navigator.serviceWorker?.controller)
    fetch(form.dataset.draft ?? '', { method: 'POST', body: fieldsOf(form), keepalive: true }).catch(() => {});
  flushDraft();
}

/** Listens for changes; a form that was drawn with another outcome than its draft counts as changed. */
export function keepDrafts() {
  document.addEventListener('input', changed);
  document.addEventListener('change', changed);
  addEventListener('pagehide', leaving);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && flushDraft());
}

export function arriveDraft() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-dirty]'));
  form?.dispatchEvent(new Event('change', { bubbles: true }));
}
