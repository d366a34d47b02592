/** After 拨打 its two likely endings stand on the door's page, also where the browser was put away during the call and starts anew. */
const KEY = 'doorknock-called';

/** The offer belongs to the door that was called, and ends when another page is opened. */
export function arriveCall() {
  if (sessionStorage.getItem(KEY) === location.pathname) offer();
  else sessionStorage.removeItem(KEY);
}

function offer() {
  document.querySelector('[data-after-call]')?.removeAttribute('hidden');
}

export function bindCall() {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element && event.target.closest('[data-call]'))) return;
    sessionStorage.setItem(KEY, location.pathname);
    offer();
  });
}
