/**
 * 「存成图片」: makes a PNG of a paper's drawing, here, because this computer has Chinese fonts and a server may not.
 * The button says by its data where the drawing is, how the file is called, and what to say meanwhile.
 * @param {ParentNode} root
 */
export function bindPicture(root) {
  for (const button of root.querySelectorAll('button[data-picture][hidden]')) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.removeAttribute('hidden');
    button.addEventListener('click', () => keep(button));
  }
}

/** @param {HTMLButtonElement} button */
async function keep(button) {
  button.disabled = true;
  say(button, button.dataset.doing);
  try {
    const answer = await fetch(button.dataset.picture ?? '');
    if (!answer.ok) throw new Error(String(answer.status));
    hand(await painted(await answer.text()), button.dataset.name ?? '');
    say(button, button.dataset.done);
  } catch {
    say(button, button.dataset.failed);
  } finally {
    button.disabled = false;
  }
}

/**
 * The drawing as a PNG, on white, as large as it says.
 * @param {string} drawing
 * @returns {Promise<Blob>}
 */
async function painted(drawing) {
  const address = URL.createObjectURL(new Blob([drawing], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const brush = canvas.getContext('2d');
    if (brush === null) throw new Error('no canvas');
    brush.fillStyle = '#ffffff';
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(image, 0, 0);
    return await new Promise((done, failed) =>
      canvas.toBlob((made) => (made ? done(made) : failed(new Error('too large'))), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * Gives a file to the browser's downloads.
 * @param {Blob} file
 * @param {string} name
 */
function hand(file, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * @param {HTMLButtonElement} button
 * @param {string | undefined} words
 */
function say(button, words) {
  const status = button.nextElementSibling;
  if (status?.getAttribute('role') === 'status') status.textContent = words ?? '';
}
