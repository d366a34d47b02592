/** The real application at the other end of a pipe. Each call is awaited by the world, so its order is the seed's. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export class Server {
  /** @type {((line: string) => void)[]} */
  #waiting = [];
  /** @type {Record<string, number>} the most that each enrolment ever had in the journal */
  journaled = {};

  /**
   * @param {string} [database] URL of an empty migrated database; a new SQLite file without one
   * @param {string} [python]
   */
  constructor(database, python = process.env.PYTHON ?? join(ROOT, '.venv/bin/python')) {
    this.folder = mkdtempSync(join(tmpdir(), 'doorknock-faults-'));
    const args = ['-m', 'tests.faults.bridge', this.folder, ...(database ? [database] : [])];
    this.process = spawn(python, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
    this.errors = '';
    this.process.stderr.on('data', (data) => {
      this.errors = (this.errors + data).slice(-8000);
    });
    createInterface({ input: this.process.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
    this.process.on('exit', () => {
      for (const heard of this.#waiting) heard('');
    });
    this.ready = this.#answer();
  }

  /** @returns {Promise<any>} */
  async #answer() {
    const line = await new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
    if (!line) throw new Error(`the server went away: ${this.errors}`);
    return JSON.parse(line);
  }

  /**
   * Asks for one thing.
   * @param {number} now the server's clock, milliseconds
   * @param {string} op
   * @param {object} [more]
   */
  async ask(now, op, more = {}) {
    await this.ready;
    const answer = this.#answer();
    this.process.stdin.write(`${JSON.stringify({ now, op, ...more })}\n`);
    return answer;
  }

  /**
   * Requests that arrive at the same time.
   * @param {number} now
   * @param {{method: string, path: string, headers: Record<string, string>, body: Buffer, announced?: number}[]} requests
   * @returns {Promise<{status: number, headers: Record<string, string>, body: Buffer}[]>}
   */
  async http(now, requests) {
    const sent = requests.map((each) => ({ ...each, body: each.body.toString('base64') }));
    const { answers, journal } = await this.ask(now, 'http', { requests: sent });
    for (const [device, count] of Object.entries(journal)) {
      this.journaled[device] = Math.max(this.journaled[device] ?? 0, count);
    }
    return answers.map((/** @type {any} */ each) => ({ ...each, body: Buffer.from(each.body, 'base64') }));
  }

  /** Ends when the application has, so that its database may be dropped. */
  async close() {
    const over = new Promise((resolve) => this.process.on('exit', resolve));
    this.process.stdin.end();
    await over;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
