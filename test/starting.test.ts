import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, startChild } from './support/child.ts';
import { freePort } from './support/free-port.ts';

let child: Child;
let folder: string;
let base: string;

beforeAll(async () => {
  const [port, noDatabase] = [await freePort(), await freePort()];
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-starting-'));
  base = `http://127.0.0.1:${port}`;
  child = startChild('src/main.ts', [], {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: folder,
    DATABASE_URL: `postgres://nobody@127.0.0.1:${noDatabase}/none`,
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    SLACK_BOT_TOKEN: 'xoxb-1-2-starting',
    SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
  });
  await child.line(/does not answer yet/);
});
afterAll(async () => {
  await child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('a process that waits for its database', () => {
  it('says that it is alive and not ready, and sends everybody on', async () => {
    const alive = await fetch(`${base}/healthz`);
    expect([alive.status, await alive.json()]).toEqual([200, { ok: true }]);
    const ready = await fetch(`${base}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, starting: true }]);
    for (const [path, method] of [
      ['/slack/events', 'POST'],
      ['/sign-in', 'GET'],
    ]) {
      const answer = await fetch(`${base}${path}`, { method });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    }
  });
});
