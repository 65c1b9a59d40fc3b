import { setTimeout as sleep } from 'node:timers/promises';
import type { App, ReceiverEvent } from '@slack/bolt';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { createClients } from '../../src/slack/client.ts';
import { createSockets } from '../../src/slack/socket.ts';
import { type Dealer, startDealer } from '../bench/socket/dealer.ts';
import { APP_TOKEN } from '../support/slack.ts';

const log = pino({ level: 'silent' });
const app = { processEvent: ({ ack }: ReceiverEvent) => ack() } as unknown as App;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function connected(): Promise<Dealer> {
  const dealer = await startDealer();
  const clients = createClients(dealer.apiUrl, log);
  const sockets = createSockets({ appToken: APP_TOKEN, app, clients, log });
  closers.push(
    () => dealer.close(),
    () => clients.close(),
    () => sockets.stop(),
  );
  await sockets.start();
  await dealer.connected(2);
  return dealer;
}

it('keeps a connection that will end while payloads still come by it, and lets go of it when none do', async () => {
  const dealer = await connected();
  dealer.refresh('warning');
  await dealer.connected(3);
  // Longer than a last acknowledgement may take: whoever hung up by then would lose what was on its way.
  const until = performance.now() + 4500;
  while (performance.now() < until) {
    expect(await dealer.dealOne()).toBe(true);
    await sleep(50);
  }
  expect(dealer.connections()).toBe(3);
  await expect.poll(() => dealer.connections(), { timeout: 10_000 }).toBe(2);
  expect(await dealer.dealOne()).toBe(true);
});
