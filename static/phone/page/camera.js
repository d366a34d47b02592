/**
 * Photos of a visit form: made small in the page and drawn afresh through a canvas, so that nothing but the picture stays
 * (no place, no time, no make of the phone). They go straight into the phone's store; the form carries their hashes.
 */
import { activeEnrolment, openStore } from '../enrol.js';
import { dropPhotos } from '../photos.js';
import { isPractising, openPractice } from '../practice.js';
import { keepBlob } from '../record.js';
import { flushDraft } from './draft.js';

const LONG_SIDE = 1280;
const MOST_BYTES = 400_000;
const QUALITIES = [0.8, 0.65, 0.5, 0.35];
const SMALLER = 0.75;

/** The store of whoever works on this phone now, or that of practice. */
async function store() {
  if (await isPractising()) return openPractice(new Date());
  const enrolment = await activeEnrolment();
  return enrolment && openStore(enrolment);
}

/**
 * The picture as a JPEG of at most 1280 px and 400 KB, without anything that the camera wrote beside it.
 * @param {Blob} file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function small(file) {
  const picture = await createImageBitmap(file);
  try {
    let side = Math.min(LONG_SIDE, Math.max(picture.width, picture.height));
    for (;;) {
      for (const quality of QUALITIES) {
        const made = await drawn(picture, side, quality);
        if (made.size < MOST_BYTES) return new Uint8Array(await made.arrayBuffer());
      }
      side *= SMALLER;
    }
  } finally {
    picture.close();
  }
}

/**
 * @param {ImageBitmap} picture
 * @param {number} side
 * @param {number} quality
 * @returns {Promise<Blob>}
 */
function drawn(picture, side, quality) {
  const scale = side / Math.max(picture.width, picture.height);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const brush = canvas.getContext('2d');
  if (brush) {
    brush.fillStyle = '#fff'; // a transparent picture would turn black
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error('no picture'))), 'image/jpeg', quality);
  });
}

/**
 * @param {Element} field
 * @param {'busy' | 'full' | 'broken' | 'failed' | ''} what
 */
function say(field, what) {
  const line = /** @type {HTMLElement | null} */ (field.querySelector('[data-said]'));
  if (!line) return;
  line.hidden = !what;
  line.textContent = what ? (line.dataset[what] ?? '') : '';
}

/** What the form carries follows from the pictures that are shown. @param {Element} field */
function settle(field) {
  const shown = [...field.querySelectorAll('.thumbs li')].map((each) => each.getAttribute('data-hash') ?? '');
  const input = /** @type {HTMLInputElement | null} */ (field.querySelector('input[name=photos]'));
  const shoot = /** @type {HTMLElement | null} */ (field.querySelector('.shoot'));
  if (shoot) shoot.hidden = shown.length >= Number(field.getAttribute('data-photos'));
  if (!input) return;
  input.value = shown.join(',');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

/**
 * @param {Element} field
 * @param {string} hash
 */
function show(field, hash) {
  if (field.querySelector(`.thumbs [data-hash="${hash}"]`)) return;
  const template = /** @type {HTMLTemplateElement | null} */ (field.querySelector('[data-thumb]'));
  const item = /** @type {Element | null} */ (template?.content.firstElementChild?.cloneNode(true) ?? null);
  if (!item) return;
  item.setAttribute('data-hash', hash);
  item.querySelector('img')?.setAttribute('src', `/field/photos/${hash}`);
  field.querySelector('.thumbs')?.append(item);
}

/**
 * @param {Element} field
 * @param {Blob} file
 */
async function take(field, file) {
  say(field, 'busy');
  const bytes = await small(file).catch(() => null);
  if (!bytes) return say(field, 'broken');
  try {
    const db = await store();
    if (!db) return say(field, 'failed');
    show(field, await keepBlob(db, bytes));
    settle(field);
    await flushDraft();
    say(field, '');
  } catch (trouble) {
    const full = trouble instanceof Error && trouble.name === 'QuotaExceededError';
    say(field, full ? 'full' : 'failed');
  }
}

/** @param {Element} item */
async function drop(item) {
  const field = item.closest('[data-photos]');
  const hash = item.getAttribute('data-hash') ?? '';
  item.remove();
  if (!field) return;
  settle(field);
  await flushDraft();
  const db = await store();
  if (db) await dropPhotos(db, [hash]);
}

export function bindCamera() {
  document.addEventListener('change', (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.matches('[data-photo]')) return;
    const [field, file] = [input.closest('[data-photos]'), input.files?.[0]];
    if (field && file) take(field, file).finally(() => (input.value = ''));
  });
  document.addEventListener('click', (event) => {
    const item = event.target instanceof Element ? event.target.closest('[data-drop]')?.closest('li') : null;
    if (item) drop(item);
  });
}
