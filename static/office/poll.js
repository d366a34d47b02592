const EVERY = 3000;

/**
 * Asks again every few seconds whether something has happened, as long as the page is being looked at: the element's
 * own `hx-trigger="poll"` does the asking. It ends when the element is replaced.
 * @param {ParentNode} root
 */
export function bindPoll(root) {
  for (const waiting of root.querySelectorAll('[data-poll]')) {
    waiting.removeAttribute('data-poll');
    const ask = () => {
      if (!document.hidden) waiting.dispatchEvent(new CustomEvent('poll'));
    };
    const timer = setInterval(() => (waiting.isConnected ? ask() : end()), EVERY);
    document.addEventListener('visibilitychange', ask);
    const end = () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }
}
