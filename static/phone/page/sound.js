/** 放给他听: one key that plays the recording beside it, and stops it. Nothing plays by itself, nothing plays on after the page. */

/** @type {HTMLAudioElement | null} */
let playing = null;

function stop() {
  playing?.pause();
  playing = null;
}

/** @param {HTMLElement} key */
function toggle(key) {
  const sound = /** @type {HTMLAudioElement | null} */ (key.parentElement?.querySelector('audio') ?? null);
  if (!sound) return;
  const again = sound.paused;
  stop();
  if (!again) return;
  sound.currentTime = 0;
  playing = sound;
  sound.play().catch(() => key.parentElement?.setAttribute('data-mute', ''));
}

export function arriveSound() {
  if (playing && !playing.isConnected) stop();
}

export function bindSound() {
  document.addEventListener('click', (event) => {
    const key = event.target instanceof Element ? event.target.closest('[data-play]') : null;
    if (key) toggle(/** @type {HTMLElement} */ (key));
  });
  for (const name of ['play', 'pause', 'ended'])
    document.addEventListener(
      name,
      ({ target }) =>
        target instanceof HTMLAudioElement && target.parentElement?.toggleAttribute('data-sounding', name === 'play'),
      true,
    );
}
