/** 复制: by the clipboard where it may be used, by the old command where not, and else by the reader's own finger. */

const SAID_MS = 4_000;

/**
 * Copies what stands in a field; where the browser does not allow it the field is left selected, to be copied by hand.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @returns {Promise<boolean>} whether it was copied
 */
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.hidden = false;
    field.focus();
    field.select();
    field.setSelectionRange(0, field.value.length);
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

/** A text in a box that shows it only where copying fails. @param {Element} key */
async function copyText(key) {
  const box = key.closest('[data-copybox]');
  const text = box?.querySelector('textarea');
  if (!box || !text) return;
  const done = await copied(text);
  box.querySelector('[data-copy-failed]')?.toggleAttribute('hidden', done);
  const words = /** @type {HTMLElement | null} */ (key.querySelector('[data-copied]'));
  if (done && words) sayCopied(words);
}

/** An address that stands in a field all the time. @param {HTMLElement} key */
async function copyAddress(key) {
  const field = document.getElementById(key.dataset.copy ?? '');
  const say = document.getElementById('copied');
  if (!(field instanceof HTMLInputElement) || !say) return;
  say.textContent = ((await copied(field)) ? key.dataset.done : key.dataset.failed) ?? '';
}

/** @param {MouseEvent} event */
async function clicked(event) {
  const target = event.target instanceof Element ? event.target : null;
  const text = target?.closest('[data-copy-text]');
  const address = /** @type {HTMLElement | null | undefined} */ (target?.closest('[data-copy]'));
  if (text) await copyText(text);
  else if (address) await copyAddress(address);
}

export function bindCopy() {
  document.addEventListener('click', clicked);
}
