/** Swipe left or press long on a row of today's lane: 往后放 comes out behind it. */

const FAR = 36;
const LONG_MS = 550;
const DEAF_MS = 700;

/** @type {{row: Element, x: number, y: number, timer: ReturnType<typeof setTimeout>} | null} */
let touch = null;
/** Which row was opened, and when: letting go of it is no tap. @type {{row: Element | null, at: number}} */
let opened = { row: null, at: 0 };

/** @param {Element | null} row */
function open(row) {
  for (const other of document.querySelectorAll('[data-swipe].open')) if (other !== row) other.classList.remove('open');
  row?.classList.add('open');
  opened = { row, at: Date.now() };
}

/** @param {TouchEvent} event */
function start(event) {
  const row = event.target instanceof Element ? event.target.closest('[data-swipe]') : null;
  const finger = event.touches[0];
  if (!row || !finger) return;
  touch = { row, x: finger.clientX, y: finger.clientY, timer: setTimeout(() => open(row), LONG_MS) };
}

/** @param {TouchEvent} event */
function move(event) {
  const finger = event.touches[0];
  if (!touch || !finger) return;
  const [dx, dy] = [finger.clientX - touch.x, finger.clientY - touch.y];
  if (Math.hypot(dx, dy) > 10) clearTimeout(touch.timer);
  if (Math.abs(dx) < FAR || Math.abs(dx) < Math.abs(dy)) return;
  if (dx < 0) open(touch.row);
  else touch.row.classList.remove('open');
}

function end() {
  if (touch) clearTimeout(touch.timer);
  touch = null;
}

export function bindSwipe() {
  document.addEventListener('touchstart', start, { passive: true });
  document.addEventListener('touchmove', move, { passive: true });
  document.addEventListener('touchend', end);
  document.addEventListener('touchcancel', end);
  const rowOf = (/** @type {Event} */ event) =>
    event.target instanceof Element ? event.target.closest('[data-swipe] .row') : null;
  document.addEventListener('contextmenu', (event) => {
    const row = rowOf(event);
    if (!row) return;
    event.preventDefault();
    open(row.parentElement);
  });
  document.addEventListener(
    'click',
    (event) => rowOf(event)?.parentElement === opened.row && Date.now() - opened.at < DEAF_MS && event.preventDefault(),
    true,
  );
}
