/** 把没传的存成文件: the page makes the file itself, so that it works without a worker too. */
import { localFetch } from './localfetch.js';

/** @param {MouseEvent} event */
async function clicked(event) {
  const link =
    event.target instanceof Element
      ? /** @type {HTMLAnchorElement | null} */ (event.target.closest('a[data-file]'))
      : null;
  if (!link) return;
  event.preventDefault();
  const response = await localFetch(link.href);
  if (!response.ok) return location.assign('/field/sync'); // which says what is wrong and what else can be done
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'doorknock.ndjson';
  const address = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function bindFile() {
  document.addEventListener('click', clicked);
}
