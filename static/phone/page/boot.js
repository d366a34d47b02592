/**
 * The first page, before there is a worker: says which browser to open where this one cannot do it, installs the worker, and goes on
 * into the app. The same page comes back on a hard reload, which every browser lets pass the worker by.
 */
const TRIES = 3;
const COUNTER = 'doorknock-bounce';

/** @param {string} id */
function show(id) {
  for (const section of document.querySelectorAll('[data-state]')) section.toggleAttribute('hidden', section.id !== id);
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

async function boot() {
  const able = 'serviceWorker' in navigator && 'indexedDB' in window && 'caches' in window;
  if (!able) return show('unsupported');
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

document.querySelector('[data-copy]')?.addEventListener('click', async (event) => {
  await navigator.clipboard?.writeText(location.href);
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  button.textContent = button.dataset.copied ?? '';
});
document.querySelector('[data-retry]')?.addEventListener('click', () => location.reload());
boot();
