/** 放到桌面: the browser's own offer is kept until somebody wants it, and said in one quiet line; what was refused stays refused. */
import { onHomeScreen } from '../home.js';
import { localFetch } from './localfetch.js';

/** @typedef {Event & {prompt: () => Promise<unknown>, userChoice: Promise<{outcome: string}>}} Offer */

const PART = '/field/parts/install';

/** @type {Offer | null} */
let offer = null;

/** iOS makes no offer; there it is done by hand, and only in Safari. */
const isByHand = () => /iPhone|iPad|iPod/.test(navigator.userAgent) && /Safari\//.test(navigator.userAgent);

/** Fills the line where the page has room for it. */
export async function arriveInstall() {
  const slot = /** @type {HTMLElement | null} */ (document.querySelector('[data-install]'));
  const how = offer ? 'prompt' : isByHand() ? 'hand' : '';
  if (!slot || slot.childElementCount || !how || onHomeScreen()) return;
  const response = await localFetch(`${PART}?how=${how}&at=${slot.dataset.install}`);
  if (response.ok && slot.isConnected) slot.innerHTML = await response.text();
}

/** @param {MouseEvent} event */
async function clicked(event) {
  const key = event.target instanceof Element ? event.target.closest('[data-install-now], [data-install-no]') : null;
  if (!key) return;
  key.closest('[data-install]')?.replaceChildren();
  const wants = key.matches('[data-install-now]') && offer;
  if (wants && (await asked(wants))) return;
  await localFetch(PART, { method: 'POST', headers: { 'HX-Request': 'true' } });
}

/** @param {Offer} made */
async function asked(made) {
  offer = null;
  await made.prompt();
  return (await made.userChoice).outcome === 'accepted';
}

export function bindInstall() {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    offer = /** @type {Offer} */ (event);
    arriveInstall();
  });
  document.addEventListener('click', clicked);
}
