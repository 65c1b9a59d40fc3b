import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { readBody } from '../src/web/http.ts';
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

it('logs no failure when a client breaks a request off, and answers addresses that are none', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const web = createWebServer(
    [
      async (req) => {
        if (req.method === 'POST') await readBody(req, 1000);
        return false;
      },
    ],
    log,
  );
  const port = await web.listen(0, '127.0.0.1');
  const broken = connect(port, '127.0.0.1');
  broken.write('POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 500\r\n\r\nhalf');
  await sleep(100);
  broken.destroy();
  const odd = connect(port, '127.0.0.1');
  odd.write('GET // HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
  const [first] = (await odd.toArray()) as Buffer[];
  expect(String(first)).toMatch(/^HTTP\/1\.1 404 /);
  await web.stop();
  expect(lines).toEqual([]);
});
