/// <reference path="./page.d.ts" />
/** The keypad, the wait in figures, and the lock that falls by itself when nobody has touched the phone for a while. */
import { t } from '../../shared/words.js';
import { flushDraft } from './draft.js';
import { localFetch } from './localfetch.js';

const LOOK_MS = 5_000;
const DIGITS = 6;

/** @type {Promise<unknown> | null} */
let cipher = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let counting;
let touched = Date.now();

function hasLock() {
  return document.getElementById('page')?.dataset.autolock !== undefined;
}

/** A search stays out of the browser's own history. @param {any} ctx of htmx's request */
export function keepUntold(ctx) {
  if (hasLock() && ctx.request.method === 'GET' && !location.pathname.startsWith('/field/pin')) {
    const { searchParams } = new URL(ctx.request.action, location.href);
    const isTyped = ctx.sourceElement instanceof HTMLFormElement || ctx.sourceElement instanceof HTMLInputElement;
    if (isTyped || searchParams.has('contact_name') || searchParams.has('q')) ctx.push = 'false';
  }
}

/** Loaded only where there is a lock. */
function loadCipher() {
  cipher ??= import('../vault/cipher.js').catch((trouble) => {
    cipher = null; // the next key tries again
    throw trouble;
  });
  return cipher;
}

export function arrivePin() {
  clearInterval(counting);
  // What is typed would be kept for filling in, and for a tab that is opened again: on the disk, in plain text.
  if (hasLock()) for (const each of document.forms) each.autocomplete = 'off';
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-pin]'));
  if (!form) return;
  loadCipher();
  show(form);
  if (Number(form.dataset.wait) > 0) countDown(form, Date.now() + Number(form.dataset.wait) * 1000);
}

/** @param {HTMLFormElement} form @param {number} end */
function countDown(form, end) {
  counting = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const figure = document.querySelector('[data-countdown]');
    const [m, s] = [Math.floor(left / 60), left % 60];
    if (figure) figure.textContent = m ? t('{m} 分 {s} 秒', { m, s }) : t('{s} 秒', { s });
    if (left > 0) return;
    clearInterval(counting);
    form.dataset.wait = '0';
    for (const key of form.querySelectorAll('button')) key.disabled = false;
    document.querySelector('.shut .banner')?.remove();
  }, 1000);
}

/** @param {HTMLFormElement} form */
function show(form) {
  const { length } = inputOf(form).value;
  for (const [i, dot] of form.querySelectorAll('.dots i').entries()) dot.classList.toggle('on', i < length);
  form.querySelector('.dots')?.setAttribute('aria-label', t('按了 {n} 位，共 6 位', { n: length }));
}

/** @param {HTMLFormElement} form */
function inputOf(form) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem('pin'));
}

/** @param {HTMLFormElement} form @param {string} key */
async function press(form, key) {
  const input = inputOf(form);
  if (input.value.length >= DIGITS) return;
  input.value = key === 'back' ? input.value.slice(0, -1) : input.value + key;
  show(form);
  if (input.value.length < DIGITS) return;
  await loadCipher();
  form.requestSubmit();
}

/** @param {Event} event */
function clicked(event) {
  const key = event.target instanceof Element ? event.target.closest('[data-digit]') : null;
  const form = key?.closest('form');
  if (form) press(form, /** @type {HTMLElement} */ (key).dataset.digit ?? '');
}

/** @param {KeyboardEvent} event */
function typed({ key, repeat }) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-pin]'));
  if (!form || repeat || Number(form.dataset.wait) > 0) return;
  if (/^\d$/.test(key)) press(form, key);
  if (key === 'Backspace') press(form, 'back');
}

/** Locks when the time without a touch is over; the clock counts while the page sleeps, too. */
async function look() {
  const minutes = Number(document.getElementById('page')?.dataset.autolock);
  if (!minutes || Math.abs(Date.now() - touched) < minutes * 60_000) return;
  touched = Date.now();
  await flushDraft();
  await localFetch('/field/pin/lock', { method: 'POST' });
  const address = location.pathname + location.search;
  window.htmx?.ajax('GET', address, { target: '#page', swap: 'outerHTML' });
}

export function bindPin() {
  document.addEventListener('click', clicked);
  document.addEventListener('keydown', typed);
  for (const name of ['pointerdown', 'keydown', 'input']) {
    document.addEventListener(name, () => {
      touched = Date.now();
    });
  }
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look());
  setInterval(look, LOOK_MS);
}
