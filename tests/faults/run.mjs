/**
 * Plays seeds: `node tests/faults/run.mjs --seed 17`, `--seeds 1-100`, with `--database URL` on another database.
 * A failing seed prints what broke and how it came to it; `--verbose` prints that for every seed.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TAIL = 60;
const FLAG = '--experimental-vm-modules';
const OPTIONS = /** @type {const} */ ({
  seed: { type: 'string' },
  seeds: { type: 'string' },
  database: { type: 'string' },
  verbose: { type: 'boolean' },
  planted: { type: 'boolean' },
});

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  const { Server } = await import('./server.mjs');
  const server = new Server(values.database);
  try {
    if (values.planted) return await (await import('./planted.mjs')).planted(server);
    const [first = 1, last = first] = (values.seed ?? values.seeds ?? '1-20').split('-').map(Number);
    let failed = 0;
    for (let seed = first; seed <= last; seed += 1) failed += await play(seed, server, Boolean(values.verbose));
    console.log(`${last - first + 1 - failed} of ${last - first + 1} seeds kept every promise`);
    return failed ? 1 : 0;
  } finally {
    await server.close();
  }
}

/** @type {string[]} errors that nobody caught */
const uncaught = [];
process.on('unhandledRejection', (/** @type {any} */ reason) => {
  // A page whose power was cut leaves its last transactions behind, and nobody there to hear of them.
  const isLastBreath = reason?.name === 'AbortError' || reason?.message === 'gone';
  if (!isLastBreath) uncaught.push(`nobody caught ${reason?.stack ?? reason}`);
});

async function play(/** @type {number} */ seed, /** @type {import('./server.mjs').Server} */ server, verbose = false) {
  const { Run } = await import('./scenario.mjs');
  const { violations } = await import('./checks.mjs');
  const run = new Run(seed, server);
  const began = performance.now();
  const broken = await run.play().then(violations, (error) => [String(error.stack ?? error)]);
  broken.push(...uncaught.splice(0));
  for (const phone of run.phones) phone.kill();
  if (broken.length || verbose) {
    console.log(`\n${run.world.history.slice(verbose ? 0 : -TAIL).join('\n')}`);
    console.log(`\nseed ${seed}: ${broken.length} broken, ${Math.round(performance.now() - began)} ms`);
    for (const each of broken.slice(0, 20)) console.log(`  ${each}`);
    console.log(`again: node tests/faults/run.mjs --seed ${seed} --verbose`);
  }
  return broken.length ? 1 : 0;
}

if (process.execArgv.includes(FLAG)) {
  process.exit(await main());
} else {
  // Pages of phones are module realms of their own, which Node hides behind a flag.
  const args = [FLAG, '--no-warnings', fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
}
