/** The saved page: a short buzz, ten seconds in figures and a thinning bar, and no tap taken in the first 0.6 s. */

const DEAF_MS = 600;
const SECONDS = 10;

let deafUntil = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let counting;

export function arriveSaved() {
  clearInterval(counting);
  const link = /** @type {HTMLElement | null} */ (document.querySelector('.saved [data-left]'));
  if (!link) return;
  let left = Number(link.dataset.left);
  deafUntil = Date.now() + DEAF_MS;
  if (left === SECONDS) navigator.vibrate?.(40);
  link.style.setProperty('--passed', `${left - SECONDS}s`);
  counting = setInterval(() => {
    left -= 1;
    const figure = link.querySelector('[data-figure]');
    if (figure && left > 0) figure.textContent = String(left);
    if (left > 0) return;
    clearInterval(counting);
    link.classList.add('over');
    link.querySelector('small')?.remove();
  }, 1_000);
}

export function bindSaved() {
  document.addEventListener(
    'click',
    (event) => {
      if (Date.now() >= deafUntil || !document.querySelector('.saved')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
