import { App, SocketModeReceiver } from '@slack/bolt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { APP_TOKEN, BOT_TOKEN, CHANNELS, PEOPLE, startSlack, type TestSlack } from '../support/slack.ts';
import { call, modal, textInput } from './api.ts';
import { quiet } from './bolt-app.ts';

let slack: TestSlack;
let app: App;
beforeAll(async () => {
  slack = await startSlack({ deliver: { kind: 'socket' } });
  const clientOptions = { slackApiUrl: slack.apiUrl };
  app = new App({
    token: BOT_TOKEN,
    clientOptions,
    logger: quiet,
    receiver: new SocketModeReceiver({
      appToken: APP_TOKEN,
      clientPingTimeout: 500,
      logger: quiet,
      installerOptions: { clientOptions },
    }),
  });
  app.command('/sso', async ({ ack, command, client }) => {
    await ack({ text: `heard ${command.text}` });
    await client.views.open({
      trigger_id: command.trigger_id,
      view: modal([{ ...textInput(), block_id: 'name' }]) as never,
    });
  });
  app.view(/.*/, async ({ ack }) => ack({ response_action: 'errors', errors: { name: 'No.' } }));
  await app.start();
  await slack.ctx.bus
    .until(() => slack.ctx.socket?.connections === 1 || undefined, 100)
    .catch(() => undefined);
});
afterAll(async () => {
  await app.stop();
  await slack.close();
});

const { admin } = PEOPLE;
const { notifications } = CHANNELS;

it('carries commands, modals and their answers both ways', async () => {
  const outcome = await slack.command(admin, notifications, '/sso status');
  expect(outcome).toMatchObject({ ok: true, ack: { text: 'heard status' } });
  await slack.as(admin).modal('Title');
  expect(await slack.as(admin).submit({ name: 'x' })).toMatchObject({ ok: true, errors: { name: 'No.' } });
  slack.expectNoRefusals();
});

it('has the app connect anew when Slack asks for it', async () => {
  slack.ctx.socket?.disconnect('refresh_requested');
  const again = async (left: number): Promise<boolean> => {
    const { ok } = await slack.command(admin, notifications, '/sso again');
    if (ok || left === 0) return ok;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return again(left - 1);
  };
  expect(await again(40)).toBe(true);
});

it('opens an address that is good once, and only with the app’s token', async () => {
  expect(await call(slack, 'apps.connections.open')).toMatchObject({ error: 'not_allowed_token_type' });
  const { url } = await call(slack, 'apps.connections.open', {}, { token: APP_TOKEN });
  const first = await connect(String(url));
  expect(JSON.parse(first.said)).toMatchObject({ type: 'hello', connection_info: { app_id: 'A0DRAWBRDG' } });
  await expect(connect(String(url))).rejects.toThrow('403');
  first.close();
});

it('takes ten connections and no more', async () => {
  const open: { close(): void }[] = [];
  let refused = 0;
  for (let i = 0; i < 11; i += 1) {
    const { url } = await call(slack, 'apps.connections.open', {}, { token: APP_TOKEN });
    try {
      open.push(await connect(String(url)));
    } catch (error) {
      if (!String(error).includes('403')) throw error;
      refused += 1;
    }
  }
  for (const one of open) one.close();
  expect(refused).toBeGreaterThan(0);
  expect(open.length).toBeLessThanOrEqual(10);
});

function connect(url: string): Promise<{ said: string; close(): void }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url);
    ws.once('message', (data) => resolve({ said: String(data), close: () => ws.terminate() }));
    ws.once('error', reject);
  });
}
