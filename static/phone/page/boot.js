/**
 * The first page, before there is a worker: looks whether this browser can do it and says which to open where it cannot,
 * before anything is stored; installs the worker, and goes on into the app. The same page comes back on a hard reload,
 * which every browser lets pass the worker by; then there may be work on this phone already, and nothing is asked.
 */
import { appAround, isCramped, keepsData, roomHere } from '../checkup.js';
import { onHomeScreen } from '../home.js';
import { bindCopy } from './copy.js';

const TRIES = 3;
const COUNTER = 'doorknock-bounce';
const CRAMPED = 'doorknock-cramped';

/** @param {string} id */
function show(id) {
  for (const section of document.querySelectorAll('[data-state]')) section.toggleAttribute('hidden', section.id !== id);
  const elsewhere = document.getElementById(id)?.hasAttribute('data-elsewhere') ?? false;
  document.getElementById('elsewhere')?.toggleAttribute('hidden', !elsewhere);
}

/** Goes on, unless it has just been tried several times. */
function enter() {
  const tries = Number(sessionStorage.getItem(COUNTER) ?? 0);
  if (tries >= TRIES) {
    sessionStorage.removeItem(COUNTER);
    show('stuck');
    return;
  }
  sessionStorage.setItem(COUNTER, String(tries + 1));
  location.reload();
}

/**
 * Why this browser should not be used for the field; '' where it may. The names are those of the page's sections.
 * @returns {Promise<string>}
 */
async function objection() {
  const app = appAround(navigator.userAgent, { standalone: onHomeScreen() === true });
  if (app !== null) return nameApp(app);
  if (!isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator && 'indexedDB' in window && 'caches' in window)) return 'unsupported';
  if (!(await keepsData())) return 'forgetful';
  return isCramped(await roomHere()) && !sessionStorage.getItem(CRAMPED) ? 'cramped' : '';
}

/** @param {string} app */
function nameApp(app) {
  const name = document.querySelector('#inside [data-app]');
  if (name && app) name.textContent = app;
  return 'inside';
}

async function boot() {
  const known = await navigator.serviceWorker?.getRegistration('/field/').catch(() => undefined);
  const why = known ? '' : await objection();
  if (why) return show(why);
  show('opening');
  try {
    const found = await navigator.serviceWorker.register('/sw.js', { type: 'module', scope: '/field/' });
    if (navigator.serviceWorker.controller) return enter();
    navigator.serviceWorker.addEventListener('controllerchange', enter, { once: true });
    found.active?.postMessage({ type: 'claim' });
    if (found.active) setTimeout(enter, 1_500);
  } catch {
    const reached = await fetch('/sw.js', { cache: 'no-store' }).catch(() => null);
    show(reached?.ok ? 'unsupported' : 'offline');
  }
}

const address = /** @type {HTMLInputElement | null} */ (document.getElementById('address'));
if (address) address.value = location.href; // a scanned code stands behind its `#` and goes along
bindCopy();
document.querySelector('[data-retry]')?.addEventListener('click', () => location.reload());
document.querySelector('[data-anyway]')?.addEventListener('click', () => {
  sessionStorage.setItem(CRAMPED, 'known');
  boot();
});
boot();
