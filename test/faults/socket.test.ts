import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/service/service.ts';
import type { Json } from '../../src/workspace/types.ts';
import { startBot, type TestBot } from '../support/bot.ts';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
let before: () => Promise<unknown> = async () => undefined;
const slowly = (real: Service): Service => ({
  ...real,
  show: (...given) => before().then(() => real.show(...given)),
});

beforeAll(async () => {
  bot = await startBot({ socket: true, service: slowly });
  bot.slack.ctx.bus.listen((change) => {
    if (change.type !== 'request') return;
    const { name, direction, request } = change.entry;
    if (name === 'apps.connections.open') opened += 1;
    const { type, event } = (request ?? {}) as Json;
    if (direction === 'to_app' && (event || type === 'view_submission')) payloads.push(request as Json);
  });
  await bot.setUp();
});
afterAll(() => bot.close());

/** Addresses for connections that were asked for, and payloads that were sent; the log itself is not that long. */
let opened = 0;
const payloads: Json[] = [];
const connections = () => bot.slack.ctx.socket?.connections ?? 0;
const sent = (fits: (payload: Json) => boolean): Json[] => payloads.filter(fits);

describe('Socket Mode', () => {
  it('loses nothing over twenty renewals of all connections under load', async () => {
    await expect.poll(connections, { timeout: 10_000 }).toBe(2);
    const REFRESHES = 20;
    const people = [PEOPLE.owner, PEOPLE.admin, PEOPLE.approver, PEOPLE.bystander];
    let refreshing = true;
    let fewest = connections();
    let most = 0;
    let unready = 0;
    const look = setInterval(() => {
      fewest = Math.min(fewest, connections());
      most = Math.max(most, connections());
      if (!bot.app.ready()) unready += 1;
    }, 5);
    const outcomes: { ok: boolean; error?: string }[] = [];
    const load = people.map(async (person) => {
      while (refreshing) {
        const { ok, error } = await bot.slack.command(person, CHANNELS.notifications, '/sso help');
        outcomes.push({ ok, ...(error && { error }) });
        await sleep(20);
      }
    });
    for (let i = 0; i < REFRESHES; i++) {
      const before = connections();
      bot.slack.ctx.socket?.disconnect('warning');
      await expect.poll(connections, { timeout: 20_000, interval: 5 }).toBe(before + 2);
      await bot.slack.ctx.socket?.endWarned();
    }
    refreshing = false;
    await Promise.all(load);
    clearInterval(look);
    expect(outcomes.length).toBeGreaterThan(REFRESHES);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
    expect(fewest).toBeGreaterThanOrEqual(2);
    expect(most).toBeLessThanOrEqual(4);
    expect(unready).toBe(0);
    await expect.poll(connections, { timeout: 20_000 }).toBe(2);
  });

  it('does what is delivered twice once', async () => {
    const { delivery } = bot.slack.ctx;
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add twice.example');
    await admin.modal('Add domains');
    const added = await admin.submit();
    expect(wordsOf({ blocks: [added.ack] })).toContain('_drawbridge-challenge.twice.example');
    const submits = sent(({ type }) => type === 'view_submission');
    expect(submits).toHaveLength(2);
    for (const submit of submits) {
      const replies = await Promise.all([
        delivery.send('interactive', submit),
        delivery.send('interactive', submit),
      ]);
      expect(replies.map(({ ok }) => ok)).toEqual([true, true]);
    }
    expect(await bot.db.query(sql`select name from teams`)).toEqual([{ name: 'Acme' }]);
    expect(await bot.db.query(sql`select name from domains`)).toEqual([{ name: 'twice.example' }]);
    expect(await bot.db.query(sql`select 1 from audit where kind = 'domain.add'`)).toHaveLength(1);

    const told = async () => (await bot.db.query(sql`select 1 from outbox where kind = 'person'`)).length;
    const already = await told();
    await bot.slack.changeChannel(PEOPLE.owner, { action: 'archive', channel: CHANNELS.notifications });
    expect(await told()).toBe(already + 2);
    const [event] = sent((payload) => (payload.event as Json | undefined)?.type === 'channel_archive');
    if (!event) throw new Error('no event was sent');
    for (const num of [1, 2]) {
      expect(await delivery.send('events_api', event, { num, reason: 'timeout' })).toMatchObject({
        ok: true,
      });
    }
    expect(await told()).toBe(already + 2);
    await bot.slack.changeChannel(PEOPLE.owner, { action: 'unarchive', channel: CHANNELS.notifications });
    await admin.close(true);
  });

  it('answers by the response URL when the connection goes before the acknowledgement', async () => {
    before = () => sleep(400);
    const asked = bot.slack.as(PEOPLE.bystander).command('/sso status twice.example');
    await sleep(150);
    bot.slack.ctx.socket?.disconnect('refresh_requested');
    expect((await asked).ok).toBe(false);
    before = async () => undefined;
    const words = () => bot.slack.as(PEOPLE.bystander).whispers().map(wordsOf).join('\n');
    await expect.poll(words, { timeout: 10_000 }).toContain('twice.example');
    expect(words()).not.toMatch(/Something went wrong/);
    await expect.poll(() => bot.app.ready(), { timeout: 20_000 }).toBe(true);
  });

  it('keeps away from a Slack that is away, obeys Retry-After, says so, and comes back by itself', async () => {
    await expect.poll(connections, { timeout: 20_000 }).toBe(2);
    const already = opened;
    bot.slack.ctx.faults.next('apps.connections.open', { dropConnection: true, count: 4 });
    bot.slack.ctx.faults.next('apps.connections.open', { status: 429, retryAfterSeconds: 3, count: 2 });
    const began = performance.now();
    bot.slack.ctx.socket?.disconnect('refresh_requested');
    await expect.poll(() => bot.app.ready(), { timeout: 5000, interval: 10 }).toBe(false);
    await expect.poll(() => bot.app.ready(), { timeout: 40_000 }).toBe(true);
    expect(performance.now() - began).toBeGreaterThan(3000);
    await expect.poll(connections, { timeout: 20_000 }).toBe(2);
    // Two connections, four that broke, two that were limited.
    expect(opened - already).toBe(8);
    expect((await bot.slack.as(PEOPLE.bystander).command('/sso')).ok).toBe(true);
  });

  it('acknowledges what is under way before it lets go, and asks others to try again', async () => {
    before = () => sleep(800);
    const asked = bot.slack.as(PEOPLE.bystander).command('/sso help');
    await sleep(200);
    const stopping = bot.app.stop();
    const late = bot.slack.as(PEOPLE.admin).command('/sso help');
    const first = await asked;
    expect(first.ok, JSON.stringify(first)).toBe(true);
    expect(wordsOf(first.ack as object)).toContain('/sso status');
    expect(wordsOf((await late).ack as object)).toContain('try again');
    await stopping;
    expect(connections()).toBe(0);
  });
});
