/** 复制网址: by the clipboard where it may be used, by the old command where not, and else by the reader's own finger. */

/**
 * Copies what stands in a field; where the browser does not allow it the field is left selected, to be copied by hand.
 * @param {HTMLInputElement} field
 * @returns {Promise<boolean>} whether it was copied
 */
async function copied(field) {
  field.focus();
  field.select();
  field.setSelectionRange(0, field.value.length);
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand('copy');
  }
}

/** @param {MouseEvent} event */
async function clicked(event) {
  const button =
    event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest('[data-copy]')) : null;
  const field = document.getElementById(button?.dataset.copy ?? '');
  const say = document.getElementById('copied');
  if (!button || !(field instanceof HTMLInputElement) || !say) return;
  const words = (await copied(field)) ? button.dataset.done : button.dataset.failed;
  say.textContent = words ?? '';
}

export function bindCopy() {
  document.addEventListener('click', clicked);
}
