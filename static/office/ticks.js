/**
 * One box that ticks or clears all boxes of its form; without a script it is not shown.
 * @param {ParentNode} root
 */
export function bindTicks(root) {
  for (const all of root.querySelectorAll('label[data-tick-all][hidden]')) {
    all.removeAttribute('hidden');
    all.addEventListener('change', (event) => tickAll(all, event));
  }
}

/**
 * @param {Element} all
 * @param {Event} event
 */
function tickAll(all, event) {
  /** @type {NodeListOf<HTMLInputElement> | undefined} */
  const boxes = all.closest('form')?.querySelectorAll('input[type=checkbox][name]');
  const on = event.target instanceof HTMLInputElement && event.target.checked;
  for (const box of boxes ?? []) box.checked = on;
}
