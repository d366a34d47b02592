/// <reference path="./page.d.ts" />
/** Keeps this page in sync and its truth strip true, whatever page is open. */
import { BUILD } from '../here.js';
import { keepInSync } from '../sync/keep.js';
import { onSaved } from '../sync/saved.js';
import { localFetch } from './localfetch.js';

const REFRESH = 'Doorknock-Refresh';

/** Whoever has left 同步 while it was being drawn again is not led back to it. @param {Event} event */
function keepAway(event) {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (ctx.request.headers[REFRESH] && location.pathname !== '/field/sync') event.preventDefault();
}

/** Draws the strip again after an exchange; the page 同步 is drawn again whole, unless somebody is busy on it. */
async function refresh() {
  const strip = document.getElementById('strip');
  if (!strip) return;
  if (location.pathname === '/field/sync' && !document.querySelector('.htmx-request')) {
    const headers = { [REFRESH]: 'yes' };
    window.htmx?.ajax('GET', location.pathname, { target: '#page', swap: 'outerHTML', headers });
    return;
  }
  const response = await localFetch('/field/parts/strip');
  const text = response.ok ? await response.text() : '';
  const fresh = document.createRange().createContextualFragment(text).querySelector('#strip');
  // What says the same stays: a key in it that is changed under a thumb answers nothing.
  if (!fresh || !strip.isConnected || fresh.textContent === strip.textContent) return;
  strip.replaceChildren(...fresh.childNodes);
  window.htmx?.process(strip);
}

/** Where the browser can, it wakes the worker once there is signal, even with this page closed. */
async function askToBeWoken() {
  const registration = /** @type {any} */ (await navigator.serviceWorker?.getRegistration('/field/'));
  await registration?.sync?.register('round').catch(() => {});
}

export function startSync() {
  onSaved(askToBeWoken);
  document.addEventListener('htmx:before:swap', keepAway);
  keepInSync({ appVersion: BUILD, onRound: (enrolment) => enrolment.active && refresh() });
}
