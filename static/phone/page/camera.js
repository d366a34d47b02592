/** Photos of a visit form: what makes them small comes with the first one. */
const shoot = () => import('./shoot.js');

/** @param {HTMLInputElement} input */
async function taken(input) {
  const [field, file] = [input.closest('[data-photos]'), input.files?.[0]];
  if (field && file) await (await shoot()).take(field, file);
  input.value = '';
}

export function bindCamera() {
  document.addEventListener('change', (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.matches('[data-photo]')) return;
    taken(input);
  });
  document.addEventListener('click', (event) => {
    const item = event.target instanceof Element ? event.target.closest('[data-drop]')?.closest('li') : null;
    if (item) shoot().then(({ drop }) => drop(item));
  });
}
