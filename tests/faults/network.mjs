/** The line between a phone and the server, and everything that can go wrong on it. */

import { gunzipSync } from 'node:zlib';
import { antiquate } from './old_client.mjs';
import { networkResponse } from './streams.mjs';

/**
 * @typedef {{method: string, path: string, headers: Record<string, string>, body: Buffer, announced?: number}} Request
 * @typedef {{status: number, headers: Record<string, string>, body: Buffer}} Answer
 * @typedef {(Buffer | Error | number)[]} Pieces bytes, an Error that cuts the line, or milliseconds of silence
 * @typedef {{request: Request, arrive: (answer: Answer, pieces?: Pieces) => void, fail: () => void}} Exchange
 */

const PORTAL = '<!doctype html><title>登录上网</title><form action="http://portal.example/">';
const LONG_MS = 45_000;

/** How often each trouble comes, of those that come at all. */
const TROUBLES = {
  lost_request: 4,
  lost_answer: 6,
  twice: 4,
  twice_at_once: 2,
  replayed_later: 4,
  late_request: 4,
  cut_request: 3,
  altered_request: 3,
  cut_answer: 4,
  altered_answer: 4,
  old_answer: 1,
  portal: 3,
  redirect: 1,
  busy: 3,
  forged_refusal: 2,
  slow: 3,
  dripping: 2,
};

export class Network {
  /** 0 nothing goes wrong, 1 everything does */
  trouble = 0;
  online = true;
  /** @type {Set<() => Promise<unknown>>} requests that are still to arrive by themselves */
  stray = new Set();
  /** @type {Answer | null} */
  #older = null;

  /**
   * @param {import('./world.mjs').World} world
   * @param {import('./server.mjs').Server} server
   * @param {string} name whose line it is
   */
  constructor(world, server, name) {
    this.world = world;
    this.server = server;
    this.name = name;
    this.dice = world.dice.fork();
  }

  /** What a page calls as `fetch`. */
  fetch(/** @type {import('./realm.mjs').Realm} */ realm, /** @type {string} */ url, /** @type {any} */ init) {
    return new Promise((resolve, reject) => {
      if (realm.dead) return;
      const request = {
        method: init.method,
        path: url,
        headers: { ...init.headers, ...(realm.phone.traits.gzip ? { 'Accept-Encoding': 'gzip' } : {}) },
        body: Buffer.from(init.body ?? ''),
      };
      if (realm.phone.traits.isOld) antiquate(request);
      const over = this.#hang();
      realm.closing.add(over);
      init.signal?.addEventListener('abort', () => {
        over();
        reject(new DOMException('aborted', 'AbortError'));
      });
      this.#begin({
        request,
        fail: () => {
          over();
          reject(new TypeError('Failed to fetch'));
        },
        arrive: (answer, pieces) => {
          over();
          resolve(this.#response(answer, pieces, init.signal));
        },
      });
    });
  }

  /** Counts one thing that a page waits for; returns what ends it. */
  #hang() {
    const one = {};
    this.hanging.add(one);
    return () => void this.hanging.delete(one);
  }
  /** what pages wait for now */
  hanging = new Set();

  #begin(/** @type {Exchange} */ exchange) {
    if (!this.online) return this.#after(() => exchange.fail());
    const drawn = this.dice.chance(this.trouble) ? this.dice.weighted(TROUBLES) : 'none';
    // Before it has a token a phone cannot tell a changed answer from a true one: that is left to TLS.
    const isUnsealed = drawn === 'altered_answer' && exchange.request.path.endsWith('/devices');
    const trouble = isUnsealed ? 'lost_answer' : drawn;
    if (trouble !== 'none') this.world.say(`${this.name} 的网络:${trouble}`);
    return /** @type {any} */ (this)[trouble](exchange);
  }

  #after(/** @type {() => unknown} */ work, ms = this.dice.whole(20, 400)) {
    this.world.after(ms, work);
  }

  /** Hands requests to the server. @returns {Promise<Answer>} to the first */
  async #deliver(/** @type {Request[]} */ ...requests) {
    const answers = await this.server.http(this.world.now, requests);
    const first = /** @type {Answer} */ (answers[0]);
    const { path, headers } = /** @type {Request} */ (requests[0]);
    if (first.status >= 500 && first.status !== 503) this.world.say(`!! ${path} 答 ${first.status}`);
    for (const { status } of answers) if (status === 500) this.faults += 1;
    if (path.endsWith('/sync') && headers.Authorization && first.status === 200) this.#older ??= first;
    if (this.dice.chance(0.2)) this.#older = first;
    return first;
  }
  /** answers 500: the server itself stumbled */
  faults = 0;

  /** Lets requests arrive later by themselves; quiet waits for them. */
  #straying(/** @type {Request} */ request, /** @type {number} */ ms) {
    const arrive = async () => {
      if (this.stray.delete(arrive)) await this.#deliver(request);
    };
    this.stray.add(arrive);
    this.world.after(ms, arrive);
  }

  none(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      const answer = await this.#deliver(request);
      this.#after(() => arrive(answer));
    });
  }

  lost_request(/** @type {Exchange} */ { fail }) {
    this.#after(fail);
  }

  lost_answer(/** @type {Exchange} */ { request, fail }) {
    this.#after(async () => {
      await this.#deliver(request);
      this.#after(fail);
    });
  }

  twice(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      await this.#deliver(request);
      const answer = await this.#deliver(request);
      this.#after(() => arrive(answer));
    });
  }

  twice_at_once(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      const answer = await this.#deliver(request, request);
      this.#after(() => arrive(answer));
    });
  }

  replayed_later(/** @type {Exchange} */ exchange) {
    this.#straying(exchange.request, this.dice.whole(1_000, 4 * 3600_000));
    this.none(exchange);
  }

  late_request(/** @type {Exchange} */ { request, fail }) {
    this.#straying(request, this.dice.whole(LONG_MS, 3600_000));
    this.#after(fail);
  }

  cut_request(/** @type {Exchange} */ { request, arrive, fail }) {
    const { body } = request;
    const cut = { ...request, body: body.subarray(0, this.dice.whole(0, Math.max(0, body.length - 1))) };
    this.#after(async () => {
      const answer = await this.#deliver(this.dice.chance(0.5) ? { ...cut, announced: body.length } : cut);
      this.#after(() => (this.dice.chance(0.5) ? arrive(answer) : fail()));
    });
  }

  altered_request(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      const answer = await this.#deliver({ ...request, body: this.#altered(request.body) });
      this.#after(() => arrive(answer));
    });
  }

  cut_answer(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      const answer = await this.#deliver(request);
      const plain = unpacked(answer);
      const part = plain.subarray(0, this.dice.whole(0, Math.max(0, plain.length - 1)));
      this.#after(() => arrive(answer, this.dice.chance(0.5) ? [part] : [part, new TypeError('network error')]));
    });
  }

  altered_answer(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      const answer = await this.#deliver(request);
      const status = this.dice.chance(0.2) ? this.dice.pick([200, 401, 403, 500]) : answer.status;
      this.#after(() => arrive({ ...answer, status }, [this.#altered(unpacked(answer))]));
    });
  }

  /** A cache on the way gives an answer that it has seen before; its seal is right. */
  old_answer(/** @type {Exchange} */ { request, arrive }) {
    const old = this.#older;
    this.#after(async () => {
      const answer = await this.#deliver(request);
      this.#after(() => arrive(request.path.endsWith('/sync') && old ? old : answer));
    });
  }

  portal(/** @type {Exchange} */ { arrive }) {
    const answer = { status: this.dice.pick([200, 200, 511]), headers: { 'Content-Type': 'text/html' } };
    this.#after(() => arrive({ ...answer, body: Buffer.from(PORTAL) }));
  }

  redirect(/** @type {Exchange} */ { fail }) {
    this.#after(fail);
  }

  busy(/** @type {Exchange} */ { arrive }) {
    const headers = { 'Content-Type': 'text/html', 'Retry-After': String(this.dice.whole(1, 20)) };
    this.#after(() => arrive({ status: this.dice.pick([429, 503]), headers, body: Buffer.from('<h1>busy') }));
  }

  forged_refusal(/** @type {Exchange} */ { arrive }) {
    const [status, code] = this.dice.pick(
      /** @type {[number, string][]} */ ([
        [401, 'unknown_token'],
        [403, 'device_revoked'],
        [413, 'too_large'],
        [400, 'damaged'],
      ]),
    );
    const headers = { 'Content-Type': 'application/problem+json' };
    this.#after(() => arrive({ status, headers, body: Buffer.from(JSON.stringify({ code, status })) }));
  }

  /** The server has it, and the answer comes when the phone has long stopped waiting. */
  slow(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      const answer = await this.#deliver(request);
      this.#after(() => arrive(answer), LONG_MS);
    });
  }

  dripping(/** @type {Exchange} */ { request, arrive }) {
    this.#after(async () => {
      const answer = await this.#deliver(request);
      const plain = unpacked(answer);
      const third = Math.ceil(plain.length / 3);
      const parts = [0, 1, 2].map((i) => plain.subarray(i * third, (i + 1) * third));
      this.#after(() =>
        arrive(
          answer,
          parts.filter((part) => part.length).flatMap((part) => [part, 20_000]),
        ),
      );
    });
  }

  #altered(/** @type {Buffer} */ bytes) {
    const copy = Buffer.from(bytes);
    if (copy.length) copy[this.dice.whole(0, copy.length - 1)] ^= 1 << this.dice.whole(0, 7);
    return copy;
  }

  #response(/** @type {Answer} */ answer, /** @type {Pieces | undefined} */ given, /** @type {AbortSignal} */ signal) {
    const pieces = given ?? [unpacked(answer)];
    const read = async () => {
      const piece = pieces.shift();
      if (typeof piece === 'number') {
        await this.#silence(piece, signal);
        return read();
      }
      if (piece instanceof Error) throw piece;
      if (piece && piece.length === 0) return read();
      return piece ?? null;
    };
    return networkResponse(answer.status, answer.headers, /** @type {() => Promise<Uint8Array | null>} */ (read));
  }

  #silence(/** @type {number} */ ms, /** @type {AbortSignal | undefined} */ signal) {
    const over = this.#hang();
    return new Promise((resolve, reject) => {
      this.world.after(ms, () => {
        over();
        resolve(undefined);
      });
      signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
  }
}

/** The body as a browser hands it on. */
function unpacked(/** @type {Answer} */ { headers, body }) {
  return headers['Content-Encoding'] === 'gzip' ? gunzipSync(body) : body;
}
