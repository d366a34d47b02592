/** 交还给我: a button that answers only after two seconds under the finger, and shows them passing. */

const HOLD_MS = 2_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let ripe = false;

/** @param {Event} event */
function buttonOf(event) {
  return event.target instanceof Element
    ? /** @type {HTMLButtonElement | null} */ (event.target.closest('[data-hold]'))
    : null;
}

/** @param {Event} event */
function down(event) {
  const button = buttonOf(event);
  if (!button) return;
  clearTimeout(timer);
  button.classList.add('held');
  timer = setTimeout(() => {
    ripe = true;
    button.form?.requestSubmit(button);
    ripe = false;
  }, HOLD_MS);
}

function up() {
  clearTimeout(timer);
  for (const button of document.querySelectorAll('.held')) button.classList.remove('held');
}

/** @param {Event} event */
function keepBack(event) {
  if (ripe || !buttonOf(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function bindHold() {
  document.addEventListener('pointerdown', down);
  for (const end of ['pointerup', 'pointercancel']) document.addEventListener(end, up);
  document.addEventListener('click', keepBack, true);
  document.addEventListener('contextmenu', keepBack, true);
  document.addEventListener('keydown', (event) => !event.repeat && ['Enter', ' '].includes(event.key) && down(event));
  document.addEventListener('keyup', up);
}
