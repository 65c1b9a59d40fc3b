import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { App } from '@slack/bolt';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { createClients } from '../../src/slack/client.ts';
import { createSockets, type Sockets } from '../../src/slack/socket.ts';
import { APP_TOKEN, startSlack } from '../support/slack.ts';

const log = pino({ level: 'silent' });
const app = { processEvent: async () => undefined } as unknown as App;

describe('connections', () => {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  function socketsTo(apiUrl: string): Sockets {
    const clients = createClients(apiUrl, log);
    const sockets = createSockets({ appToken: APP_TOKEN, app, clients, log, openMs: 300 });
    closers.push(
      () => clients.close(),
      () => sockets.stop(),
    );
    return sockets;
  }

  it.each(['never answers', 'never says hello'])(
    'that are taken by something that %s are given up, and tried again',
    async (how) => {
      const hello = new WebSocketServer({ noServer: true });
      const open = new Set<Socket>();
      let broken = 3;
      const server = createServer((_, res) => {
        const { port } = server.address() as AddressInfo;
        res.setHeader('content-type', 'application/json');
        res.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/socket` }));
      });
      server.on('connection', (socket) => open.add(socket));
      server.on('upgrade', (request, socket, head) => {
        broken -= 1;
        if (broken >= 0 && how === 'never answers') return;
        const says = broken < 0;
        hello.handleUpgrade(request, socket, head, (ws) => {
          if (says) ws.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closers.push(() => {
        for (const socket of open) socket.destroy();
        server.close();
      });
      const sockets = socketsTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`);
      await sockets.start();
      expect(sockets.connected()).toBe(false);
      await expect.poll(() => sockets.connected(), { timeout: 20_000 }).toBe(true);
      await expect.poll(() => broken, { timeout: 20_000 }).toBeLessThanOrEqual(-2);
    },
  );

  it('share the ten that Slack allows, and take their place when one is free', async () => {
    const slack = await startSlack({ deliver: { kind: 'socket' } });
    closers.push(() => slack.close());
    const others = await Promise.all(
      Array.from({ length: 9 }, async () => {
        const ws = new WebSocket(slack.ctx.socket?.ticket(slack.ctx.base()) ?? '');
        await new Promise((resolve, reject) => ws.once('message', resolve).once('error', reject));
        return ws;
      }),
    );
    const sockets = socketsTo(slack.apiUrl);
    await sockets.start();
    expect(sockets.connected()).toBe(true);
    expect(slack.ctx.socket?.connections).toBe(10);
    for (const ws of others) ws.terminate();
    await expect.poll(() => slack.ctx.socket?.connections, { timeout: 20_000 }).toBe(2);
    expect(sockets.connected()).toBe(true);
  });

  it('with a token that was taken back are an error at the start, and no endless trying', async () => {
    const slack = await startSlack({ deliver: { kind: 'socket' } });
    closers.push(() => slack.close());
    slack.ctx.faults.next('apps.connections.open', { error: 'invalid_auth', count: 10 });
    await expect(socketsTo(slack.apiUrl).start()).rejects.toThrow();
    expect(slack.ctx.log.entries.filter(({ name }) => name === 'apps.connections.open')).toHaveLength(1);
  });
});
