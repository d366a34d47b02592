import { bindPoll } from './poll.js';
import { bindPrint } from './print.js';

/** Every behaviour binds itself by its data attribute, now and in whatever htmx brings later. */
const behaviours = [bindPrint, bindPoll];

/** @param {ParentNode} root */
function bind(root) {
  for (const behaviour of behaviours) behaviour(root);
}

bind(document);
document.addEventListener('htmx:after:swap', () => bind(document));
