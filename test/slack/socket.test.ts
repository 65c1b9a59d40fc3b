import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBot, type TestBot } from '../support/bot.ts';
import { PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startBot({ socket: true });
  await bot.setUp();
});
afterAll(async () => {
  bot.slack.expectNoRefusals();
  await bot.close();
});

const connections = () => bot.slack.ctx.socket?.connections ?? 0;

describe('Socket Mode', () => {
  it('carries commands, forms and their answers', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add socket.example');
    await admin.modal('Add domains');
    const { ack } = await admin.submit();
    expect(wordsOf((ack as { view: object }).view)).toContain('_drawbridge-challenge.socket.example');
    await admin.close(true);
  });

  it('has a second connection up, so that a renewal of one loses nothing', async () => {
    await expect.poll(connections, { timeout: 5000 }).toBe(2);
    for (let i = 0; i < 3; i++) {
      bot.slack.ctx.socket?.disconnect('warning');
      await expect.poll(connections, { timeout: 10_000, interval: 10 }).toBeGreaterThan(2);
      const { ok, ack } = await bot.slack.as(PEOPLE.bystander).command('/sso status socket.example');
      expect(ok).toBe(true);
      expect(wordsOf(ack as object)).toContain('Unverified');
      await bot.slack.ctx.socket?.endWarned();
      await expect.poll(connections, { timeout: 10_000 }).toBe(2);
    }
  });

  it('comes back after all connections were closed at once, and says so meanwhile', async () => {
    expect(bot.app.ready()).toBe(true);
    bot.slack.ctx.faults.next('apps.connections.open', { status: 503, count: 3 });
    bot.slack.ctx.socket?.disconnect('refresh_requested');
    await expect.poll(() => bot.app.ready(), { timeout: 5000, interval: 10 }).toBe(false);
    await expect.poll(() => bot.app.ready(), { timeout: 15_000 }).toBe(true);
    expect((await bot.slack.as(PEOPLE.bystander).command('/sso')).ok).toBe(true);
  });
});
