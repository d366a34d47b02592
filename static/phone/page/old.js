/* For browsers without modules: nothing here may be newer than they are. */
(() => {
  document.addEventListener('DOMContentLoaded', () => {
    const opening = document.getElementById('opening');
    const unsupported = document.getElementById('unsupported');
    if (opening) opening.hidden = true;
    if (unsupported) unsupported.hidden = false;
  });
})();
