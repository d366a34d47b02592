/**
 * Shows the print buttons, which do nothing without a script, and lets them print the page.
 * @param {ParentNode} root
 */
export function bindPrint(root) {
  for (const button of root.querySelectorAll('button[data-print][hidden]')) {
    button.removeAttribute('hidden');
    button.addEventListener('click', () => window.print());
  }
}
