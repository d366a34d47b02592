/**
 * Just enough of Blob, Response and CompressionStream, answering at once: the real ones finish on threads of their own,
 * when no seed can foresee it.
 */

import { gzipSync } from 'node:zlib';

/** A Blob of byte arrays. */
export class Blob {
  constructor(/** @type {Uint8Array[]} */ parts) {
    this.bytes = Buffer.concat(parts);
  }

  async arrayBuffer() {
    return bufferOf(this.bytes);
  }

  stream() {
    return { pipeThrough: (/** @type {CompressionStream} */ way) => way.take(this.bytes) };
  }
}

export class CompressionStream {
  take(/** @type {Buffer} */ bytes) {
    return { packed: gzipSync(bytes) };
  }
}

function bufferOf(/** @type {Buffer} */ bytes) {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** A Response made by the page: of a text, or of a packed stream. */
export class browserResponse {
  headers = { get: () => null };

  constructor(/** @type {any} */ content) {
    this.content = content;
  }

  static of(/** @type {string | undefined} */ text) {
    return text === undefined ? undefined : new browserResponse(text);
  }

  async text() {
    return String(this.content);
  }

  async arrayBuffer() {
    return bufferOf(this.content.packed ?? Buffer.from(String(this.content)));
  }
}

/**
 * A Response from the network: `pieces` arrive one by one, each after its own wait; an Error among them cuts the line.
 * @param {number} status
 * @param {Record<string, string>} headers
 * @param {() => Promise<Uint8Array | null>} read the next piece, null at the end
 */
export function networkResponse(status, headers, read) {
  const names = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const rest = async () => {
    const pieces = [];
    for (let piece = await read(); piece; piece = await read()) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: { get: (/** @type {string} */ name) => names[name.toLowerCase()] ?? null },
    body: {
      getReader: () => ({
        read: async () => {
          const value = await read();
          return value ? { done: false, value } : { done: true, value: undefined };
        },
      }),
    },
    json: async () => JSON.parse((await rest()).toString()),
  };
}
