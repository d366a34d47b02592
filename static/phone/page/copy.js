/** 复制: by the clipboard where there is one, by selecting where there is none (plain http, old browsers), by hand where neither works. */

const SAID_MS = 4_000;

/** @param {HTMLTextAreaElement} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text.value);
    return true;
  } catch {
    text.hidden = false;
    text.focus();
    text.select();
    return document.execCommand('copy');
  }
}

/** @param {HTMLElement} words */
function sayCopied(words) {
  const before = words.textContent;
  if (before === words.dataset.copied) return;
  words.textContent = words.dataset.copied ?? '';
  setTimeout(() => {
    words.textContent = before;
  }, SAID_MS);
}

/** @param {MouseEvent} event */
async function clicked(event) {
  const key = event.target instanceof Element ? event.target.closest('[data-copy-text]') : null;
  const box = key?.closest('[data-copybox]');
  const text = box?.querySelector('textarea');
  if (!key || !box || !text) return;
  const done = await copied(text);
  box.querySelector('[data-copy-failed]')?.toggleAttribute('hidden', done);
  const words = /** @type {HTMLElement | null} */ (key.querySelector('[data-copied]'));
  if (done && words) sayCopied(words);
}

export function bindCopy() {
  document.addEventListener('click', clicked);
}
