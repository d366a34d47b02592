/* For browsers without modules: nothing here may be newer than they are. */
(() => {
  document.addEventListener('DOMContentLoaded', () => {
    const address = /** @type {HTMLInputElement | null} */ (document.getElementById('address'));
    const copy = document.querySelector('[data-copy]');
    const opening = document.getElementById('opening');
    for (const id of ['unsupported', 'elsewhere']) {
      const part = document.getElementById(id);
      if (part) part.hidden = false;
    }
    if (opening) opening.hidden = true;
    if (!address || !copy) return;
    address.value = location.href;
    copy.addEventListener('click', () => {
      address.select();
      const say = document.getElementById('copied');
      const words = document.execCommand('copy') ? copy.getAttribute('data-done') : copy.getAttribute('data-failed');
      if (say) say.textContent = words;
    });
  });
})();
