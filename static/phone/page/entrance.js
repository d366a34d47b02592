/**
 * A page that is opened first in its tab (a restored tab, a kept address) has nothing before it, and the way back would leave the
 * app. 今天 is laid beneath it. Pages with tabs are left as they are: from them one may go.
 */
const KEY = 'doorknock-entered';
const HOME = '/field/';

/** Once for each tab. A locked page, and one that nobody has signed in for, lead nowhere else. */
export function layEntrance() {
  if (sessionStorage.getItem(KEY)) return;
  sessionStorage.setItem(KEY, 'yes');
  const main = document.getElementById('page');
  if (!document.getElementById('strip') || !main || main.dataset.locked || main.classList.contains('has-tabs')) return;
  const here = location.pathname + location.search;
  history.replaceState({ htmx: true }, '', HOME);
  history.pushState({ htmx: true }, '', here);
}
