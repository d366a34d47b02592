/** A recording out of the phone's own store, whole or in the part that a player asks for (Safari plays nothing without). */
import { blob } from '../photos.js';

/** @typedef {import('./_types.js').Ask} Ask */

const OGG = 0x4f;
const BOX = 0x66;

/** What a player must be told; the server took nothing else. @param {Uint8Array} bytes */
function typeOf(bytes) {
  if (bytes[0] === OGG) return 'audio/ogg';
  return bytes[4] === BOX ? 'audio/mp4' : 'audio/mpeg';
}

/**
 * GET: the recording.
 * @param {Ask} ask
 */
export async function soundFile(ask) {
  const hash = ask.params.id ?? '';
  const bytes = /^[0-9a-f]{64}$/.test(hash) ? await blob(ask.db, hash) : null;
  if (!bytes) return new Response(null, { status: 404 });
  const headers = { 'Content-Type': typeOf(bytes), 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store' };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(ask.range) ?? [];
  if (first === undefined || Number(first) >= bytes.length) return new Response(bytes, { headers });
  const end = Math.min(last ? Number(last) : bytes.length - 1, bytes.length - 1);
  const range = `bytes ${first}-${end}/${bytes.length}`;
  return new Response(bytes.slice(Number(first), end + 1), {
    status: 206,
    headers: { ...headers, 'Content-Range': range },
  });
}
