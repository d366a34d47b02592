/// <reference path="./page.d.ts" />
/** What must be said above any page: a new version that waits, and a store that the browser emptied. */
import { flushDraft } from './draft.js';
import { localFetch } from './localfetch.js';

/** @type {ServiceWorkerRegistration | null} */
let registration = null;
let putOff = false;
let asked = false;
let replaced = false;
let looked = Date.now();
let lost = '';
let nobody = false;

const LOOK_MS = 3600_000;

/** Before anybody has signed in there is no strip, but a loss has to be said there most of all. */
const isEnrolling = () => location.pathname === '/field/enrol';

/** What was lost is asked of a worker's own store, so not while the pages are of practice, but as soon as they are not. */
const isPractising = () => document.querySelector('#strip.practice') !== null;

/** A locked page can't be asked what it knows. */
const isShut = () => document.querySelector('#page[data-shut]') !== null;

/** @param {string} path */
async function piece(path) {
  const response = await localFetch(path);
  return response.ok ? response.text() : '';
}

/**
 * A new version is offered where nothing is in hand: whole on a page with tabs, in one line on a form. Not while the ten seconds
 * of 改一下 run, and not over the four keys of a door.
 * @param {HTMLElement | null} main
 */
function updateAt(main) {
  if (main?.classList.contains('has-tabs')) return '/field/parts/update';
  return main?.querySelector('form.form') ? '/field/parts/update?line' : '';
}

/** What was lost, unless this page says it already or is one of practice. */
function lossHere() {
  return isPractising() || location.pathname === '/field/lost' ? '' : lost;
}

/** Draws what is to be said into the page that is there now; a locked page is left alone. */
export async function arriveNotices() {
  const main = document.getElementById('page');
  const notice = document.getElementById('notice');
  if (nobody && !isEnrolling() && !isPractising() && !isShut()) return lookForLoss();
  if (replaced && main?.classList.contains('has-tabs')) return location.reload();
  if (!notice || notice.childElementCount || !(main?.querySelector('#strip') || isEnrolling())) return;
  const offer = registration?.waiting && !putOff ? updateAt(main) : '';
  const said = lossHere(); // one at a time: a new version can wait until this has been read
  const words = said || (offer && (await piece(offer)));
  if (notice.isConnected && words) notice.innerHTML = words;
  if (said) window.htmx?.process(notice);
}

/** Asked once a start, and once more when somebody has signed in: is everything still there that the phone knew it had? */
async function lookForLoss() {
  nobody = isEnrolling() || isPractising() || isShut();
  if (!nobody && !document.getElementById('strip')) return;
  lost = await piece('/field/parts/lost');
  await arriveNotices();
}

/** @param {MouseEvent} event */
async function clicked(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('[data-later]')) {
    putOff = true;
    target.closest('.banner')?.remove();
  }
  if (target?.closest('[action="/field/parts/lost"]')) lost = '';
  if (!target?.closest('[data-update]')) return;
  asked = true;
  await flushDraft();
  registration?.waiting?.postMessage({ type: 'take-over' });
}

/** @param {ServiceWorkerRegistration} found */
function watch(found) {
  registration = found;
  const look = () => found.installing?.addEventListener('statechange', () => found.waiting && arriveNotices());
  found.addEventListener('updatefound', look);
  arriveNotices();
}

/** Asked for here: the one reload. Asked for in another tab: this one follows when nothing is in hand. */
function takenOver() {
  if (asked) location.reload();
  else replaced = true;
}

/** Pages change without loading, so a new version would not be heard of for days. */
function lookForUpdate() {
  if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_MS) return;
  looked = Date.now();
  registration?.update().catch(() => {}); // offline
}

export function bindNotices() {
  document.addEventListener('click', clicked);
  navigator.serviceWorker?.addEventListener('controllerchange', takenOver);
  document.addEventListener('visibilitychange', lookForUpdate);
  navigator.serviceWorker
    ?.register('/sw.js', { type: 'module', scope: '/field/' })
    .then(watch)
    .catch(() => {}); // offline, or a browser that the start page has already spoken to
  lookForLoss();
}
