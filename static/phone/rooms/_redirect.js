/**
 * After a POST: see there. Absolute, because Safari mishandles a relative Location made by a worker.
 * @param {{url: URL}} ask
 * @param {string} to a path under /field/
 */
export function seeOther(ask, to) {
  return Response.redirect(new URL(to, ask.url).href, 303);
}
