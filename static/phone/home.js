/** Whether this was opened from the home screen; null where nobody can say, as in the worker. @returns {boolean | null} */
export function onHomeScreen() {
  const { matchMedia, navigator } = /** @type {any} */ (globalThis);
  if (!matchMedia) return null;
  return navigator?.standalone === true || matchMedia.call(globalThis, '(display-mode: standalone)').matches;
}
