import { fill, put, say } from './copy.js';

/**
 * 复制表格: a table as WPS and Excel take it, by its button, or by Ctrl+C where nothing is selected. Door numbers and
 * codes stay text, and so does whatever a spreadsheet would take for a formula.
 * @param {ParentNode} root
 */
export function bindTables(root) {
  for (const button of root.querySelectorAll('button[data-copies][hidden]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.removeAttribute('hidden');
    button.addEventListener('click', () => {
      const table = tableOf();
      if (!table) return;
      put(forms(table));
      say(button);
    });
  }
}

/** Bound once. */
export function bindCtrlC() {
  document.addEventListener('copy', (event) => {
    const table = getSelection()?.isCollapsed === false ? null : tableOf();
    const inside = document.activeElement?.closest('[data-rows]');
    if (table && inside) fill(event, forms(table));
  });
}

/** The page's table, or the one that stands behind a list that is none. @returns {HTMLTableElement | null} */
function tableOf() {
  const found = document.querySelector('main [data-copy-table]');
  return found instanceof HTMLTemplateElement
    ? found.content.querySelector('table')
    : /** @type {HTMLTableElement | null} */ (found);
}

/**
 * @param {HTMLTableElement} table
 * @returns {Record<string, string>} by media type
 */
function forms(table) {
  const lines = [...table.rows].filter((row) => !row.matches('.parting')).map(cellsOf);
  const tabs = lines
    .map((line) => line.map((cell) => (cell.risky ? `'${cell.text}` : cell.text)).join('\t'))
    .join('\n');
  const html = lines.map((line) => `<tr>${line.map(asCell).join('')}</tr>`).join('');
  return { 'text/plain': tabs, 'text/html': `<meta charset="utf-8"><table>${html}</table>` };
}

/** @typedef {{text: string, kept: boolean, risky: boolean}} Cell */

/**
 * @param {HTMLTableRowElement} row
 * @returns {Cell[]}
 */
function cellsOf(row) {
  return [...row.cells].filter((cell) => !cell.matches('.tick')).map(cellOf);
}

/**
 * @param {HTMLTableCellElement} cell
 * @returns {Cell}
 */
function cellOf(cell) {
  const shown = cell.matches('.rate') ? cell.querySelector('b, a') : cell;
  const text = (shown?.textContent ?? '').replace(/\s+/g, ' ').trim();
  const risky = /^[=+@-]/.test(text);
  return { text, kept: risky || cell.hasAttribute('data-text'), risky };
}

/** @param {Cell} cell */
function asCell(cell) {
  const said = cell.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return cell.kept ? `<td style="mso-number-format:'\\@'">${said}</td>` : `<td>${said}</td>`;
}
