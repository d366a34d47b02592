/**
 * The page's own part: hosts the phone's server for htmx, keeps drafts, binds the few behaviours, and keeps in sync. Loaded before
 * htmx, so that its listeners are there first.
 */

import { TAPPED } from '../rooms/_frame.js';
import { arriveCall, bindCall } from './call.js';
import { bindCamera } from './camera.js';
import { bindCopy } from './copy.js';
import { arriveDraft, flushDraft, keepDrafts } from './draft.js';
import { layEntrance } from './entrance.js';
import { bindFields, reveal } from './fields.js';
import { bindFile } from './file.js';
import { bindHold } from './hold.js';
import { arriveInstall, bindInstall } from './install.js';
import { localFetch } from './localfetch.js';
import { arriveNotices, bindNotices } from './notices.js';
import { arriveOrigin, shown } from './origin.js';
import { arrivePin, bindPin, keepUntold } from './pin.js';
import { arriveSaved, bindSaved } from './saved.js';
import { arrivePad, bindPad } from './signature.js';
import { arriveSound, bindSound } from './sound.js';
import { bindSwipe } from './swipe.js';
import { startSync } from './syncing.js';
import { bindTaps } from './taps.js';

/** For whoever works in an open page by hand: trials and measurements. Nothing of it could not be done from the page's own screens. */
export { activeEnrolment, canary, openStore } from '../enrol.js';
export { record } from '../record.js';
export { ROUTES } from '../routes.js';
export { noteLoss } from '../sync/loss.js';
export { giveBack } from '../sync/own.js';
export { round } from '../sync/round.js';
export { localFetch };

/** What is looked at whenever a page has come, by navigation or by htmx. */
function arrive() {
  arrivePad();
  arriveSound();
  arriveSaved();
  arriveDraft();
  arriveCode();
  reveal();
  trueAddress();
  arriveOrigin();
  arriveCall();
  arriveWrong();
  arriveNotices();
  arriveInstall();
  arrivePin();
  // A page that the worker could not draw is about to be drawn here.
  if (!document.querySelector('[data-elsewhere]')) document.body.dataset.ready = 'yes';
}

/** What is missing is said at the top of a form; there it must be seen. */
function arriveWrong() {
  if (document.querySelector('.banner.bad') && !document.querySelector('#notice .banner.bad')) scrollTo(0, 0);
}

/** A scanned code comes behind the `#`, which no server sees; it is taken out of the address at once. */
function arriveCode() {
  const code = /^#code=([\w-]{8,80})$/.exec(location.hash)?.[1];
  const input = /** @type {HTMLInputElement | null} */ (document.querySelector('[data-secret]'));
  if (code && input) {
    input.value = code;
    history.replaceState(history.state, '', location.pathname);
  }
  const isScanned = Boolean(input?.value);
  document.querySelector('[data-scanned]')?.toggleAttribute('hidden', !isScanned);
  document.querySelector('[data-typed]')?.toggleAttribute('hidden', isScanned);
}

/**
 * The address is that of the page which is there: going back may have been led elsewhere. From a locked page going back leads to it
 * again, and its address is put on top once more.
 */
function trueAddress() {
  const { locked } = document.getElementById('page')?.dataset ?? {};
  const [address, here] = [location.pathname + location.search, shown()];
  if (locked && locked !== address) history.pushState({ htmx: true }, '', locked);
  else if (!locked && here.startsWith('/field/') && here !== address) history.replaceState({ htmx: true }, '', here);
}

document.addEventListener('htmx:config:request', (event) => {
  const { ctx } = /** @type {CustomEvent} */ (event).detail;
  if (!new URL(ctx.request.action, location.href).pathname.startsWith('/field/')) return;
  if (ctx.request.method === 'POST') navigator.storage?.persist?.();
  keepUntold(ctx);
  ctx.fetch = async (/** @type {string} */ action, /** @type {any} */ asked) => {
    await flushDraft();
    return localFetch(action, asked);
  };
});
document.addEventListener('htmx:before:swap', () => {
  // A focused element that is taken away has the browser work out all styles first. Fields are left alone: they say that they changed.
  const { activeElement } = document;
  if (activeElement?.matches('#page :is(a, button):not([id])')) /** @type {HTMLElement} */ (activeElement).blur();
});
document.addEventListener('htmx:after:swap', (event) => {
  arrive();
  // A new page begins at its top; laying it out is left to the frame that shows it.
  if (/** @type {CustomEvent} */ (event).detail.ctx.swap === TAPPED) requestAnimationFrame(() => scrollTo(0, 0));
});

for (const bind of [
  bindHold,
  bindSaved,
  bindFields,
  bindPad,
  bindSwipe,
  bindTaps,
  bindFile,
  bindCamera,
  bindSound,
  bindCall,
  bindCopy,
  keepDrafts,
  bindNotices,
  bindInstall,
  bindPin,
])
  bind();
arrive();
layEntrance();
startSync();
sessionStorage.removeItem('doorknock-bounce');
