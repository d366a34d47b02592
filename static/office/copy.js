const SAID_MS = 4_000;

/**
 * Shows the buttons that copy a text, which do nothing without a script, and lets them copy it.
 * @param {ParentNode} root
 */
export function bindCopy(root) {
  for (const button of root.querySelectorAll('button[data-copy-text][hidden]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.removeAttribute('hidden');
    button.addEventListener('click', () => {
      put({ 'text/plain': button.dataset.copyText ?? '' });
      say(button);
    });
  }
}

/**
 * Puts the same thing on the clipboard in several forms. By the old command, which also works where an office opens the
 * page without TLS.
 * @param {Record<string, string>} forms by media type
 */
export function put(forms) {
  document.addEventListener('copy', (event) => fill(event, forms), { once: true, capture: true });
  document.execCommand('copy');
}

/**
 * @param {ClipboardEvent} event
 * @param {Record<string, string>} forms
 */
export function fill(event, forms) {
  for (const [type, text] of Object.entries(forms)) event.clipboardData?.setData(type, text);
  event.preventDefault();
  event.stopImmediatePropagation();
}

/**
 * Says for a while on the button itself that it was done.
 * @param {HTMLButtonElement} button
 */
export function say(button) {
  const words = button.querySelector('span') ?? button;
  const before = words.textContent;
  if (before === button.dataset.copied) return;
  words.textContent = button.dataset.copied ?? before;
  setTimeout(() => {
    words.textContent = before;
  }, SAID_MS);
}
