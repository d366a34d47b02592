/** Tells every open page that something was saved, so that it goes out at once; the save may have been the worker's. */

const CHANNEL = 'doorknock-saved';

/** Says that a store has something new to send. */
export function announce(/** @type {string} */ store) {
  if (!globalThis.BroadcastChannel) return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(store);
  channel.close();
}

/**
 * Calls back after each save; returns what ends it.
 * @param {() => void} heard
 * @returns {() => void}
 */
export function onSaved(heard) {
  if (!globalThis.BroadcastChannel) return () => {};
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = heard;
  return () => channel.close();
}
