import { bindCopy } from './copy.js';
import { bindPicture } from './picture.js';
import { bindPoll } from './poll.js';
import { bindPrint } from './print.js';
import { bindRows } from './rows.js';
import { bindSlips } from './slips.js';
import { bindCtrlC, bindTables } from './tables.js';
import { bindTicks } from './ticks.js';

/** Every behaviour binds itself by its data attribute, now and in whatever htmx brings later. */
const behaviours = [bindPrint, bindCopy, bindPicture, bindPoll, bindSlips, bindTicks, bindTables];

/** @param {ParentNode} root */
function bind(root) {
  for (const behaviour of behaviours) behaviour(root);
}

bind(document);
document.addEventListener('htmx:after:swap', () => bind(document));
bindRows();
bindCtrlC();
