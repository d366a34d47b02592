/** Steppers, counting cells and what a choice reveals. Bound once to the document, so that swapped pages need nothing. */

const REPEAT_AFTER_MS = 450;
const REPEAT_MS = 110;
const MOST = 99;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let repeating;
let repeated = false;

/**
 * @param {Element} holder element with an output and a hidden input
 * @param {number} value
 */
function show(holder, value) {
  const input = holder.querySelector('input');
  const output = holder.querySelector('output');
  if (!input) return;
  input.value = String(value);
  if (output) output.textContent = String(value);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

/** @param {Element} holder */
function countIn(holder) {
  return Number(holder.querySelector('input')?.value) || 0;
}

/** @param {HTMLElement} button */
function step(button) {
  const holder = button.closest('[data-stepper]');
  if (!holder) return;
  const most = Number(/** @type {HTMLElement} */ (holder).dataset.stepper) || MOST;
  const value = Math.min(most, Math.max(0, countIn(holder) + Number(button.dataset.step)));
  show(holder, value);
}

/** Holding repeats. The tap itself counts on its click, so that a scroll which begins on the key counts nothing. */
function press(/** @type {HTMLElement} */ button) {
  repeated = false;
  const again = () => {
    repeated = true;
    step(button);
    repeating = setTimeout(again, REPEAT_MS);
  };
  repeating = setTimeout(again, REPEAT_AFTER_MS);
}

/** One tap counts one adult more; past the number who listened it starts at none again. @param {HTMLElement} cell */
function tally(cell) {
  const adults = /** @type {HTMLInputElement | null | undefined} */ (
    cell.closest('form')?.querySelector('input[name=adults]')
  );
  const most = Math.max(1, Number(adults?.value) || 0);
  const next = countIn(cell) + 1;
  mark(cell, next > most ? 0 : next);
  const none = cell.closest('[data-tallies]')?.querySelector('[data-none]');
  if (none) pressed(none, false);
}

/**
 * @param {Element} cell
 * @param {number} value
 */
function mark(cell, value) {
  cell.classList.toggle('on', value > 0);
  cell.setAttribute('aria-pressed', String(value > 0));
  show(cell, value);
}

/** 这次没提: every count back to none. @param {HTMLElement} cell */
function none(cell) {
  const on = !cell.classList.contains('on');
  for (const other of cell.closest('[data-tallies]')?.querySelectorAll('[data-tally]') ?? []) mark(other, 0);
  pressed(cell, on);
}

/**
 * @param {Element} cell
 * @param {boolean} on
 */
function pressed(cell, on) {
  cell.classList.toggle('on', on);
  cell.setAttribute('aria-pressed', String(on));
  const input = cell.querySelector('input');
  if (input) input.value = on ? '1' : '';
  input?.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Shows what the present answers call for: `data-when="slot=date"`, `"commitment=paper|oral"`, `"commitment!=screen"`. */
export function reveal() {
  for (const element of document.querySelectorAll('[data-when]')) {
    const [, name = '', not, values = ''] = /^(\w+)(!?)=(.*)$/.exec(element.getAttribute('data-when') ?? '') ?? [];
    const chosen = /** @type {HTMLInputElement | null} */ (document.querySelector(`input[name="${name}"]:checked`));
    const met = values.split('|').includes(chosen?.value ?? '');
    /** @type {HTMLElement} */ (element).hidden = not ? met : !met;
  }
}

/** @type {HTMLInputElement | null} */
let wasChecked = null;

/** A choice that may stay open is taken back by tapping it again. @param {MouseEvent} event */
function unpick(event) {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !input.hasAttribute('data-unpick')) return;
  if (wasChecked === input) {
    input.checked = false;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }
  wasChecked = input.checked ? input : null;
}

/** @param {PointerEvent} event */
function pointerDown(event) {
  const target = event.target instanceof Element ? event.target : null;
  const button = /** @type {HTMLElement | null} */ (target?.closest('[data-step]') ?? null);
  if (button && event.button === 0) press(button);
  const cell = target?.closest('.cell');
  const input = cell instanceof HTMLLabelElement ? cell.control : null;
  if (input instanceof HTMLInputElement) wasChecked = input.checked ? input : null;
}

/** @param {MouseEvent} event */
function clicked(event) {
  const target = event.target instanceof Element ? event.target : null;
  const stepping = /** @type {HTMLElement | null} */ (target?.closest('[data-step]') ?? null);
  if (stepping && !repeated) step(stepping);
  if (stepping) repeated = false;
  target?.closest('[data-close]')?.closest('details')?.removeAttribute('open');
  const cell = /** @type {HTMLElement | null} */ (target?.closest('[data-tally], [data-none]') ?? null);
  if (cell) (cell.hasAttribute('data-none') ? none : tally)(cell);
}

export function bindFields() {
  document.addEventListener('pointerdown', pointerDown);
  for (const end of ['pointerup', 'pointercancel', 'pointerleave'])
    document.addEventListener(end, () => clearTimeout(repeating));
  document.addEventListener('click', clicked);
  document.addEventListener('click', unpick);
  document.addEventListener('change', (event) => {
    reveal();
    const form = event.target instanceof Element ? event.target.closest('form') : null;
    if (form?.hasAttribute('data-send-on-change')) form.requestSubmit();
  });
}
