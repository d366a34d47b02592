/**
 * A server for refusal paths, written from the sync contract alone: it journals lines, judges number, id and chain,
 * seals its answers, and can be told to misbehave. What it does with visits is nobody's business here.
 */

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const ZEROS = '0'.repeat(64);
const sha256 = (/** @type {string | Buffer} */ data) => createHash('sha256').update(data).digest('hex');

/** @typedef {{line: string, hash: string, id: string, fact: string, prev: string}} Journaled */
/** @typedef {{token: string, journal: Map<number, Journaled>, attention: any[], revoked: 'no' | 'sealed' | 'long_ago'}} Device */
/**
 * What to do instead of answering properly. One without arguments takes nothing in; the others come after the commit,
 * and null lets the answer go out as it is.
 * @typedef {(bytes: Buffer, answer: any) => any} Trick
 */

export class FakeServer {
  /** @type {Map<string, Device>} by token */
  devices = new Map();
  /** who signs in next */
  worker = { id: 'worker-liu', name: '刘桂香', username: 'liuguixiang' };
  /** @type {any[]} rows of the wire; those without a grid are shared */
  rows = [];
  /** @type {Map<string, string>} id → fact */
  known = new Map();
  /** @type {Set<string>} */
  blobs = new Set();
  /** @type {Map<string, Uint8Array>} recordings by hash */
  sounds = new Map();
  /** @type {string[]} hashes asked for */
  heard = [];
  /** @type {string[]} */
  wanted = [];
  /** @type {string[]} */
  scope = ['990102103201001'];
  /** @type {string[]} */
  forget = [];
  /** @type {string[]} */
  fresh = [];
  /** @type {Map<string, string>} code by event id: held, but set aside */
  quarantine = new Map();
  epoch = 'epoch-1';
  covered = false;
  pageSize = 1000;
  time = Date.parse('2026-11-21T17:20:00+08:00');
  /** @type {any[]} heads and lines as received */
  requests = [];
  /** @type {Trick[]} one for each coming sync request */
  tricks = [];
  base = '';

  async start() {
    this.http = createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.http?.listen(0, '127.0.0.1', () => resolve(undefined)));
    const address = /** @type {import('node:net').AddressInfo} */ (this.http.address());
    this.base = `http://127.0.0.1:${address.port}`;
    return this;
  }

  stop() {
    this.http?.closeAllConnections();
    this.http?.close();
  }

  /** Takes a device in. */
  device(token = randomUUID()) {
    /** @type {Device} */
    const device = { token, journal: new Map(), attention: [], revoked: 'no' };
    this.devices.set(token, device);
    return device;
  }

  async #answer(/** @type {any} */ request, /** @type {any} */ response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const device = this.devices.get(token);
    if (request.url === '/api/v1/devices') return this.#enrol(device, sent, response);
    if (!device) return problem(response, 401, 'unknown_token');
    if (request.method === 'GET') return this.#play(request.url.split('/').pop(), response);
    if (request.url.startsWith('/api/v1/blobs/')) return this.#keepBlob(request.url.split('/').pop(), response);
    if (device.revoked === 'long_ago') return problem(response, 403, 'device_revoked');
    const digest = `sha-256=:${createHash('sha256').update(sent).digest('base64')}:`;
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString();
    const isWhole = request.headers['content-digest'] === digest && text.endsWith('\n');
    return isWhole ? this.#sync(device, text, response) : problem(response, 400, 'damaged');
  }

  #play(/** @type {string} */ hash, /** @type {any} */ response) {
    this.heard.push(hash);
    const bytes = this.sounds.get(hash);
    if (!bytes) return problem(response, 404, 'not_found');
    response.writeHead(200, { 'Content-Type': 'audio/mpeg' }).end(bytes);
  }

  #keepBlob(/** @type {string} */ hash, /** @type {any} */ response) {
    this.blobs.add(hash);
    this.wanted = this.wanted.filter((each) => !this.blobs.has(each));
    response.writeHead(204).end();
  }

  #sync(/** @type {Device} */ device, /** @type {string} */ text, /** @type {any} */ response) {
    const trick = this.tricks.shift();
    const [first = '', ...lines] = text.slice(0, -1).split('\n');
    const head = JSON.parse(first);
    this.requests.push({ head, lines });
    if (trick?.length === 0) return reply(response, /** @type {any} */ (trick)());
    for (const line of lines) this.#take(device, line);
    const answer = this.#compose(device, { ...head, left: head.pending - lines.length });
    const bytes = seal(answer, device.token);
    reply(response, trick?.(bytes, answer) ?? { status: device.revoked === 'no' ? 200 : 403, bytes });
  }

  #enrol(/** @type {Device | undefined} */ device, /** @type {Buffer} */ sent, /** @type {any} */ response) {
    const body = JSON.parse(sent.toString());
    if (body.renew && !device) return problem(response, 401, 'unknown_token');
    if (!body.renew && body.code !== '12345678') return problem(response, 401, 'login_failed');
    const { token } = this.device();
    const worker = { ...this.worker, grids: this.scope };
    response.writeHead(201, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ device_id: `device-${token}`, token, worker, epoch: this.epoch }));
  }

  #take(/** @type {Device} */ device, /** @type {string} */ line) {
    const event = JSON.parse(line);
    const fact = JSON.stringify([event.id, event.kind, event.at, event.body]);
    const journaled = device.journal.get(event.n);
    const note = (/** @type {string} */ code) => {
      device.attention = [...device.attention.filter((each) => each.n !== event.n), { n: event.n, code }];
    };
    if (journaled) return journaled.fact === fact ? undefined : note('body_differs');
    device.journal.set(event.n, { line, hash: sha256(line), id: event.id, fact, prev: event.prev });
    const known = this.known.get(event.id);
    if (known) return known === fact ? undefined : note('body_differs');
    const before = device.journal.get(event.n - 1);
    if (event.n === 1 ? event.prev !== ZEROS : before && before.hash !== event.prev) return note('chain_broken');
    if (this.quarantine.has(event.id)) return note(this.quarantine.get(event.id) ?? '');
    this.known.set(event.id, fact);
    if (event.kind === 'visit') this.#addVisit(event);
  }

  #addVisit(/** @type {any} */ { id, at, body }) {
    const { strokes, ...data } = body;
    this.put({ kind: 'visit', id, grid: '990102103201001', data: { ...data, at, worker_id: 'worker-liu' } });
  }

  /** Stamps a row, or a removal, with the next number. */
  put(/** @type {any} */ row) {
    this.rows = this.rows.filter((each) => !(each.id === row.id && each.kind === row.kind && each.grid === row.grid));
    this.seq += 1;
    this.rows.push({ ...row, seq: this.seq });
  }
  seq = 0;

  #compose(/** @type {Device} */ device, /** @type {any} */ asked) {
    const numbers = [...device.journal.keys()].sort((a, b) => a - b);
    const last = numbers[numbers.length - 1];
    const held = ranges(numbers);
    const head = {
      server_time: new Date(this.time).toISOString(),
      epoch: this.epoch,
      held,
      tip: last ? { n: last, hash: device.journal.get(last)?.hash } : null,
      covered: this.covered ? held : [],
      attention: device.attention,
      blobs_wanted: this.wanted,
      scope: this.scope,
      forget: this.forget,
      fresh: this.fresh,
      ...(device.revoked === 'no' ? {} : { revoked: true, wipe: asked.left === 0 }),
    };
    return {
      head,
      ...(device.revoked === 'no' ? this.#rowsAfter(asked.cursor) : { rows: [], cursor: null, more: false }),
    };
  }

  #rowsAfter(/** @type {any} */ asked) {
    const cursor = asked?.epoch === this.epoch ? asked : null;
    const from = Object.fromEntries(this.scope.map((grid) => [grid, cursor?.grids[grid] ?? 0]));
    for (const grid of this.fresh) from[grid] = 0;
    this.fresh = [];
    const whole =
      Object.keys(cursor?.grids ?? {})
        .sort()
        .join() !== [...this.scope].sort().join();
    const shared = whole ? 0 : (cursor?.shared ?? 0);
    const due = this.rows.filter((row) =>
      row.grid ? row.seq > (from[row.grid] ?? Number.POSITIVE_INFINITY) : row.seq > shared,
    );
    due.sort((a, b) => Number(Boolean(a.grid)) - Number(Boolean(b.grid)) || a.seq - b.seq);
    const rows = due.slice(0, this.pageSize);
    const next = { epoch: this.epoch, grids: from, shared };
    for (const row of rows) {
      if (row.grid) next.grids[row.grid] = row.seq;
      else next.shared = row.seq;
    }
    return { rows, cursor: next, more: due.length > rows.length };
  }
}

function ranges(/** @type {number[]} */ numbers) {
  /** @type {[number, number][]} */
  const found = [];
  for (const n of numbers) {
    const last = found[found.length - 1];
    if (last && last[1] === n - 1) last[1] = n;
    else found.push([n, n]);
  }
  return found;
}

/** The answer's bytes under the token's seal. */
export function seal(/** @type {any} */ { head, rows, cursor, more }, /** @type {string} */ token) {
  const body = [head, ...rows].map((each) => `${JSON.stringify(each)}\n`).join('');
  const mac = createHmac('sha256', token).update(body).digest('hex');
  return Buffer.from(`${body}${JSON.stringify({ cursor, more, seal: mac })}\n`);
}

function reply(/** @type {any} */ response, /** @type {any} */ { status = 200, bytes, headers = {}, cut, hang }) {
  if (hang) return;
  if (cut !== undefined) {
    response.writeHead(status, { 'Content-Type': 'application/x-ndjson', 'Content-Length': bytes.length });
    response.write(bytes.subarray(0, cut));
    setTimeout(() => response.destroy(), 5);
    return;
  }
  response.writeHead(status, { 'Content-Type': 'application/x-ndjson', ...headers });
  response.end(bytes);
}

function problem(/** @type {any} */ response, /** @type {number} */ status, /** @type {string} */ code) {
  response.writeHead(status, { 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify({ code, status, title: code }));
}
