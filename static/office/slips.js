/**
 * The grid for paper slips, without a mouse: Enter is the next row, arrows move up and down in a column, a key that
 * says all jumps on, Ctrl+Enter saves. Checking and keeping are the server's; without this script the form still works.
 * @param {ParentNode} root
 */
export function bindSlips(root) {
  for (const form of root.querySelectorAll('form[data-slips]:not([data-bound])')) {
    if (form instanceof HTMLFormElement) begin(form);
  }
}

/** @param {HTMLFormElement} form */
function begin(form) {
  form.dataset.bound = '';
  /** @type {Record<string, Record<string, string>>} */
  const words = JSON.parse(form.dataset.words ?? '{}');
  for (const row of form.querySelectorAll('tr[data-spare]')) row.setAttribute('hidden', '');
  form.addEventListener('keydown', (event) => onKey(form, event));
  form.addEventListener('input', (event) => onInput(words, event));
  if (form.querySelector('select[autofocus]') === null) firstEmpty(form)?.focus();
}

/**
 * The first cell to type into: the outcome of a door that stands ready, else the first row without a door.
 * @param {HTMLFormElement} form
 */
function firstEmpty(form) {
  for (const row of rowsOf(form)) {
    const [door, outcome] = cells(row);
    if (door?.value === '') return door;
    if (outcome?.value === '') return outcome;
  }
  return undefined;
}

/**
 * @param {HTMLFormElement} form
 * @param {KeyboardEvent} event
 */
function onKey(form, event) {
  const cell = event.target;
  if (!(cell instanceof HTMLInputElement) || event.isComposing) return;
  if (event.key === 'Enter' && event.ctrlKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[data-all]'));
    return;
  }
  const row = cell.closest('tr');
  if (event.key === 'Enter') onEnter(form, event, row);
  else if (row === null || cell.type === 'checkbox') return;
  else if (event.key === 'ArrowDown') step(event, beside(row, 1), cells(row).indexOf(cell));
  else if (event.key === 'ArrowUp') step(event, beside(row, -1), cells(row).indexOf(cell));
}

/**
 * The next row, or from the head of the sheet its first row; never by itself a save.
 * @param {HTMLFormElement} form
 * @param {KeyboardEvent} event
 * @param {Element | null} row
 */
function onEnter(form, event, row) {
  if (row !== null) return step(event, beside(row, 1), ready(beside(row, 1)));
  event.preventDefault();
  firstEmpty(form)?.focus();
}

/**
 * @param {KeyboardEvent} event
 * @param {Element | null} row
 * @param {number} column
 */
function step(event, row, column) {
  event.preventDefault();
  if (row === null) return;
  row.removeAttribute('hidden');
  const cell = cells(row)[column];
  cell?.focus();
  cell?.select();
}

/**
 * Where typing begins in a row: at the outcome if its door stands there already.
 * @param {Element | null} row
 */
function ready(row) {
  return row !== null && cells(row)[0]?.value ? 1 : 0;
}

/**
 * Says what a key means, and goes on to the next cell where nothing more can follow.
 * @param {Record<string, Record<string, string>>} words
 * @param {Event} event
 */
function onInput(words, event) {
  const cell = event.target;
  if (!(cell instanceof HTMLInputElement) || !cell.dataset.key) return;
  const said = words[cell.dataset.key]?.[cell.value.normalize('NFKC').charAt(0)];
  const word = cell.nextElementSibling;
  if (word) word.textContent = said ?? '';
  const row = cell.closest('tr');
  if (row === null || said === undefined || mayGoOn(cell)) return;
  const next = cells(row)[cells(row).indexOf(cell) + 1];
  next?.focus();
  next?.select();
}

/**
 * 9 may become 91, and a time may be 15:30.
 * @param {HTMLInputElement} cell
 */
function mayGoOn(cell) {
  return cell.dataset.key === 'slot' || (cell.dataset.key === 'outcome' && cell.value === '9');
}

/** @param {HTMLFormElement} form */
function rowsOf(form) {
  return [...form.querySelectorAll('tr[data-row]')];
}

/**
 * @param {Element} row
 * @returns {HTMLInputElement[]}
 */
function cells(row) {
  /** @type {NodeListOf<HTMLInputElement>} */
  const found = row.querySelectorAll('td:not(.tell) input:not([type=hidden])');
  return [...found];
}

/**
 * @param {Element} row
 * @param {1 | -1} way
 */
function beside(row, way) {
  return way === 1 ? row.nextElementSibling : row.previousElementSibling;
}
