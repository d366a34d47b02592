/**
 * The service worker: wiring only, no state. Served by Flask as /sw.js, as built, with the addresses of what it imports and the list
 * of files to keep stamped in. Answers navigations and what a page did not take; never touches /api/ or other origins.
 */
import { BUILD } from './here.js';
import { gaveUp, handle } from './server.js';
import { syncAll } from './sync/keep.js';

/** The quoted word, quotes included, becomes a list of addresses. @type {any} */
const FILES = '__PRECACHE__';
const PREFIX = 'doorknock-shell-';
const KEPT_BUILDS = 3;
const LIMIT_MS = 12_000;

const worker = /** @type {any} */ (self);

worker.addEventListener('install', (/** @type {any} */ event) => {
  event.waitUntil(caches.open(PREFIX + BUILD).then((cache) => cache.addAll(FILES)));
});

worker.addEventListener('activate', (/** @type {any} */ event) => {
  event.waitUntil(tidy().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (/** @type {any} */ event) => {
  if (event.data?.type === 'take-over') worker.skipWaiting();
  if (event.data?.type === 'claim') event.waitUntil(worker.clients.claim());
});

worker.addEventListener('sync', (/** @type {any} */ event) => {
  event.waitUntil(syncAll({ appVersion: BUILD }));
});

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (url.pathname.startsWith('/field/')) event.respondWith(answered(event.request));
  else if (url.pathname.startsWith('/static/')) event.respondWith(fromShell(event.request));
});

/** Own shells older than the previous two go; nothing else in Cache Storage is ours to clean. */
async function tidy() {
  const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + BUILD);
  for (const name of shells.slice(0, Math.max(0, shells.length - (KEPT_BUILDS - 1)))) await caches.delete(name);
}

/** @param {Request} request */
function answered(request) {
  const late = new Promise((resolve) => setTimeout(() => resolve(gaveUp(request)), LIMIT_MS));
  return Promise.race([handle(request), late]);
}

/** @param {Request} request */
async function fromShell(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
