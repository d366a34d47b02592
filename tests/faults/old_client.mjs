/** What an earlier version of the phone would have said. */

import { createHash } from 'node:crypto';

/** Makes a request what an earlier client would have sent: without what was optional, with what is no longer known. */
export function antiquate(/** @type {import('./network.mjs').Request} */ request) {
  if (!request.path.endsWith('/sync')) return;
  const end = request.body.indexOf(10);
  const head = JSON.parse(`${request.body.subarray(0, end)}`);
  for (const name of ['storage', 'limit', 'oldest', 'app_version']) delete head[name];
  const old = { ...head, battery: 0.4, cursor: head.cursor ?? undefined };
  request.body = Buffer.concat([Buffer.from(JSON.stringify(old)), request.body.subarray(end)]);
  const digest = createHash('sha256').update(request.body).digest('base64');
  request.headers['Content-Digest'] = `sha-256=:${digest}:`;
}
