import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createWebServer } from '../src/web/server.ts';

it('keeps a connection for longer than a proxy does, and lets go of it at once when it stops', async () => {
  const web = createWebServer(
    [
      (_, res) => {
        res.end('here');
        return true;
      },
    ],
    pino({ level: 'silent' }),
  );
  const port = await web.listen(0, '127.0.0.1');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      request({ port, host: '127.0.0.1', agent }, (res) => {
        const connection = `${res.headers['keep-alive']} ${res.socket.localPort}`;
        res.resume().on('end', () => resolve(connection));
      })
        .on('error', reject)
        .end();
    });
  const first = await ask();
  expect(first).toMatch(/^timeout=65 /);
  await sleep(6000);
  expect(await ask()).toBe(first);
  const from = performance.now();
  await web.stop();
  expect(performance.now() - from).toBeLessThan(1000);
  agent.destroy();
});
