/**
 * One request and what came of it, as a value: an answer, no answer, or a refusal. Never throws for what a network,
 * a portal or a server can do.
 *
 * @typedef {{code: string, title?: string, status: number}} Problem
 * @typedef {{outcome: 'answer', answer: import('../types.js').Answer}} Answered
 * @typedef {{outcome: 'no_answer', timeout: boolean}} NoAnswer timeout: also where the answer was cut on its way
 * @typedef {{outcome: 'unauthorised' | 'revoked' | 'busy' | 'refused', problem: Problem, retryAfter?: number}} Refusal
 * @typedef {{bytes: Uint8Array<ArrayBuffer>, response: Response}} Received
 */

import { openAnswer, tailFits } from './answer.js';
import { sha256Base64 } from './hash.js';

/** A request that brings nothing is too small to be worth it. */
const GZIP_FROM_BYTES = 1_000;
const BUSY_SECONDS = 30;

/** @type {NoAnswer} */
const NO_ANSWER = { outcome: 'no_answer', timeout: false };

/**
 * Sends a head and frozen lines, verbatim.
 * @param {object} request
 * @param {typeof globalThis.fetch} request.fetch
 * @param {string} request.base
 * @param {string} request.token
 * @param {{cursor: import('../types.js').Cursor | null}} request.head
 * @param {string[]} request.lines
 * @param {number} request.idleMs how long nothing may arrive before it counts as a timeout
 * @returns {Promise<Answered | NoAnswer | Refusal>}
 */
export async function ask({ fetch, base, token, head, lines, idleMs }) {
  const text = [JSON.stringify(head), ...lines].map((line) => `${line}\n`).join('');
  const { body, encoding } = await packed(new TextEncoder().encode(text), lines.length > 0);
  const received = await send(
    { fetch, idleMs, url: `${base}/api/v1/sync` },
    {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/x-ndjson',
        Accept: 'application/x-ndjson, application/problem+json',
        'Content-Digest': `sha-256=:${sha256Base64(body)}:`,
        ...(encoding ? { 'Content-Encoding': encoding } : {}),
      },
      body,
    },
  );
  return 'outcome' in received ? received : judge(received, token, head.cursor);
}

/**
 * Sends boxes, which need no token: each brings its own, for the server alone.
 * @param {{fetch: typeof globalThis.fetch, base: string, idleMs: number, lines: string[]}} request
 * @returns {Promise<{outcome: 'answer', receipts: {said: string, seal: string}[]} | NoAnswer | Refusal>}
 */
export async function askSealed({ fetch, base, idleMs, lines }) {
  const body = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
  const headers = { 'Content-Type': 'application/x-ndjson', 'Content-Digest': `sha-256=:${sha256Base64(body)}:` };
  const received = await send({ fetch, idleMs, url: `${base}/api/v1/sealed` }, { method: 'POST', headers, body });
  if ('outcome' in received) return received;
  if (received.response.status !== 200) {
    const judged = judge(received, '', null);
    return judged.outcome === 'answer' ? NO_ANSWER : judged;
  }
  try {
    const { receipts } = JSON.parse(new TextDecoder().decode(received.bytes));
    return Array.isArray(receipts) ? { outcome: 'answer', receipts } : NO_ANSWER;
  } catch {
    return NO_ANSWER;
  }
}

/**
 * Sends one photo.
 * @param {{fetch: typeof globalThis.fetch, base: string, token: string, idleMs: number}} server
 * @param {{hash: string, bytes: Uint8Array<ArrayBuffer>}} blob
 * @returns {Promise<'taken' | 'refused' | 'no_answer'>}
 */
export async function putBlob({ fetch, base, token, idleMs }, { hash, bytes }) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/octet-stream' };
  const url = `${base}/api/v1/blobs/${hash}`;
  const received = await send({ fetch, idleMs, url }, { method: 'PUT', headers, body: bytes });
  if ('outcome' in received) return 'no_answer';
  if (received.response.status === 204) return 'taken';
  return problemOf(received) ? 'refused' : 'no_answer';
}

/**
 * Fetches one recording; null where there is no answer or the server has none.
 * @param {{fetch: typeof globalThis.fetch, base: string, token: string, idleMs: number}} server
 * @param {string} hash
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>}
 */
export async function getBlob({ fetch, base, token, idleMs }, hash) {
  const url = `${base}/api/v1/blobs/${hash}`;
  const received = await send({ fetch, idleMs, url }, { headers: { Authorization: `Bearer ${token}` } });
  return 'outcome' in received || received.response.status !== 200 ? null : received.bytes;
}

/**
 * Compressed where the browser can. Records always are: whatever befalls the headers, gzip's own checksum goes with them.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {boolean} hasRecords
 */
async function packed(bytes, hasRecords) {
  const isWorth = hasRecords || bytes.length >= GZIP_FROM_BYTES;
  if (!globalThis.CompressionStream || !isWorth) return { body: bytes, encoding: null };
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  const body = new Uint8Array(await new Response(stream).arrayBuffer());
  return { body, encoding: 'gzip' };
}

/**
 * @param {{fetch: typeof globalThis.fetch, url: string, idleMs: number}} way
 * @param {RequestInit} init
 * @returns {Promise<Received | NoAnswer>}
 */
async function send({ fetch, url, idleMs }, init) {
  const patience = new AbortController();
  let timer = setTimeout(() => patience.abort(), idleMs);
  let began = false;
  const heard = () => {
    began = true;
    clearTimeout(timer);
    timer = setTimeout(() => patience.abort(), idleMs);
  };
  const common = { redirect: /** @type {const} */ ('error'), cache: /** @type {const} */ ('no-store') };
  const asking = async () => {
    const response = await fetch(url, { ...init, ...common, signal: patience.signal });
    return { response, bytes: await drain(response, heard) };
  };
  try {
    // A round that waited for ever would keep all others out: not every fetch lets go of what it was told to.
    return await Promise.race([asking(), over(patience.signal)]);
  } catch {
    return { outcome: 'no_answer', timeout: began || patience.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
}

/** Fails when the signal is given. @returns {Promise<never>} */
function over(/** @type {AbortSignal} */ signal) {
  return new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
}

/** The whole body; each piece renews the patience, for a slow line is not a dead one. */
async function drain(/** @type {Response} */ response, /** @type {() => void} */ heard) {
  heard();
  const reader = response.body?.getReader();
  const pieces = [];
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    heard();
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/**
 * @param {Received} received
 * @param {string} token
 * @param {import('../types.js').Cursor | null} asked
 * @returns {Answered | NoAnswer | Refusal}
 */
function judge(received, token, asked) {
  const { status } = received.response;
  const answer = status === 200 || status === 403 ? openAnswer(received.bytes, token) : null;
  if (answer && !tailFits(answer, asked)) return NO_ANSWER;
  if (answer && (status === 200 || answer.head.revoked)) return { outcome: 'answer', answer };
  const problem = problemOf(received);
  if (status === 429 || status === 503) {
    return { outcome: 'busy', problem: problem ?? { code: 'busy', status }, retryAfter: retryAfter(received.response) };
  }
  return problem ? refusalOf(problem) : NO_ANSWER;
}

/** A refusal, as far as it is one: a server that stumbles has not answered. @returns {NoAnswer | Refusal} */
function refusalOf(/** @type {Problem} */ problem) {
  const { status, code } = problem;
  if (status === 401) return { outcome: 'unauthorised', problem };
  if (code === 'device_revoked') return { outcome: 'revoked', problem };
  const isServersTrouble = status < 400 || (status >= 500 && status !== 507);
  return isServersTrouble ? NO_ANSWER : { outcome: 'refused', problem };
}

/** Our own server's word on what is wrong; null for anybody else's. @returns {Problem | null} */
function problemOf(/** @type {Received} */ { response, bytes }) {
  if (!response.headers.get('Content-Type')?.startsWith('application/problem+json')) return null;
  try {
    const { code, title } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof code === 'string' ? { code, title, status: response.status } : null;
  } catch {
    return null;
  }
}

/** Seconds to wait. */
function retryAfter(/** @type {Response} */ response) {
  const text = response.headers.get('Retry-After') ?? '';
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : BUSY_SECONDS;
}
