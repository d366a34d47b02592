/**
 * The pad. The page is turned sideways on an upright phone, so a finger's place on the glass is turned back before it is drawn.
 * Strokes are kept on a pad 1000 wide. The pad's script is loaded with the first pad.
 */
import { localFetch } from './localfetch.js';
import { rounded } from './strokes.js';

/** @typedef {import('../../vendor/signature_pad@5.1.4/signature_pad.min.js').default} SignaturePad */

const WIDE = 1000;

/** @type {SignaturePad | null} */
let pad = null;

export async function arrivePad() {
  const ground = /** @type {HTMLElement | null} */ (document.querySelector('[data-pad]'));
  const canvas = ground?.querySelector('canvas');
  if (!ground || !canvas) return leavePad();
  const { default: Pad } = await import('../../vendor/signature_pad@5.1.4/signature_pad.min.js');
  leavePad();
  if (!ground.isConnected) return;
  const { clientWidth: width, clientHeight: height } = ground;
  const density = devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  canvas.getContext('2d')?.scale(density, density);
  const ink = getComputedStyle(ground).getPropertyValue('--ink').trim();
  pad = new Pad(canvas, { penColor: ink || '#000', minWidth: 2, maxWidth: 4.5 });
  turn(pad, canvas);
  draw(pad, JSON.parse(ground.dataset.strokes ?? '[]'), width / WIDE);
  pad.addEventListener('endStroke', () => keep(ground, WIDE / width));
  ground.dataset.ready = 'yes';
}

function leavePad() {
  pad?.off();
  pad = null;
}

/**
 * On an upright screen the page lies on its side: x runs down the glass and y runs to the left.
 * @param {SignaturePad} on
 * @param {HTMLCanvasElement} canvas
 */
function turn(on, canvas) {
  const inner = /** @type {any} */ (on);
  const straight = inner._createPoint.bind(on);
  inner._createPoint = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ pressure) => {
    const box = canvas.getBoundingClientRect();
    const upright = matchMedia('(orientation: portrait)').matches;
    return upright ? straight(box.left + y - box.top, box.top + box.right - x, pressure) : straight(x, y, pressure);
  };
}

/**
 * @param {SignaturePad} on
 * @param {number[][]} strokes
 * @param {number} scale
 */
function draw(on, strokes, scale) {
  if (!strokes.length) return;
  const groups = strokes.map((line) => ({
    penColor: on.penColor,
    dotSize: on.dotSize,
    minWidth: on.minWidth,
    maxWidth: on.maxWidth,
    velocityFilterWeight: on.velocityFilterWeight,
    compositeOperation: on.compositeOperation,
    points: pairs(line).map(([x, y], i) => ({ x: x * scale, y: y * scale, pressure: 0.5, time: i * 16 })),
  }));
  on.fromData(/** @type {any} */ (groups));
}

/**
 * @param {number[]} line
 * @returns {[number, number][]}
 */
function pairs(line) {
  return Array.from({ length: Math.floor(line.length / 2) }, (_, i) => [line[i * 2] ?? 0, line[i * 2 + 1] ?? 0]);
}

/**
 * @param {HTMLElement} ground
 * @param {number} scale
 */
function keep(ground, scale) {
  const strokes = rounded(pad?.toData() ?? [], scale);
  const text = JSON.stringify(strokes);
  ground.dataset.strokes = text;
  const input = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name=strokes]'));
  if (input) input.value = text;
  localFetch(ground.dataset.keep ?? '', { method: 'POST', body: new URLSearchParams({ strokes: text }) });
}

/** Turned over on its side the pad has another size: what was drawn is drawn again on it. */
export function bindPad() {
  addEventListener('resize', arrivePad);
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-erase]')) return;
    const ground = /** @type {HTMLElement | null} */ (document.querySelector('[data-pad]'));
    pad?.clear();
    if (ground) keep(ground, 1);
  });
}
