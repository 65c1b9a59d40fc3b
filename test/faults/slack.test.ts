import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';
import { expectInvariants } from './invariants.ts';

let on: WholeBot;
let connectionId: string;
let teamId: string;

beforeAll(async () => {
  on = await startWholeBot();
  await setUpTeam(on);
  teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
  connectionId = await seedConnection(on.db, teamId);
});
afterEach(async () => {
  on.slack.ctx.faults.clear();
  for (const person of Object.values(PEOPLE)) {
    if (on.slack.ctx.modals.stack(person).length > 0) await on.slack.as(person).close(true);
  }
});
afterAll(() => on.stop(['expired_trigger_id', 'not_found']));

const next = (method: string, fault: Parameters<WholeBot['slack']['ctx']['faults']['next']>[1]) =>
  on.slack.ctx.faults.next(method, fault);

/** Asks for SSO to be turned on for a domain of its own. @returns the domain */
async function ask(name: string): Promise<string> {
  await seedDomain(on.db, teamId, name, 'SSO off', connectionId);
  await on.admin.command(`/sso on ${name}`);
  await on.admin.modal('Turn on SSO');
  expect((await on.admin.submit({ Reason: 'ready' })).ok).toBe(true);
  await on.admin.close(true);
  return name;
}

const cards = (name: string) =>
  on.slack.ctx.messages
    .in(CHANNELS.notifications)
    .filter((message) => !message.thread_ts || message.thread_ts === message.ts)
    .filter((message) => wordsOf(message).includes(name) && wordsOf(message).includes('Turn on SSO'));

describe('opening a dialog while Slack', () => {
  it.each([
    ['is slow', { delayMs: 30_000 }],
    ['is down', { dropConnection: true }],
    ['answers 500', { status: 500 }],
    ['answers 429', { status: 429, retryAfterSeconds: 30 }],
    ['does it and loses the answer', { afterwards: true, dropConnection: true }],
  ])('%s gives an answer in three seconds, and a button that opens it', async (_, fault) => {
    const before = on.admin.whispers().length;
    next('views.open', fault);
    const { ok, ms, ack } = await on.admin.command('/sso add');
    expect(ok).toBe(true);
    expect(ms).toBeLessThan(3000);
    if (!wordsOf({ blocks: [ack] }).includes('too slow')) {
      await expect
        .poll(() => on.admin.whispers().slice(before).map(wordsOf).join('\n'), { timeout: 15_000 })
        .toContain('too slow to open the dialog');
    }
    on.slack.ctx.faults.clear();
    if (on.slack.ctx.modals.stack(PEOPLE.admin).length > 0) await on.admin.close(true);
    await on.admin.click('Add domains');
    await on.admin.modal('Add domains');
  });
});

it('somebody new is told with a reference when Slack does not say who they are, and is served once it does', async () => {
  next('users.info', { status: 500 });
  const first = await on.bystander.command('/sso');
  expect(first.ms).toBeLessThan(3000);
  expect(wordsOf({ blocks: [first.ack] })).toMatch(/reference: [0-9A-Z]{8}/i);
  const second = await on.bystander.command('/sso');
  expect(wordsOf({ blocks: [second.ack] })).toContain('Acme');
});

describe('a card is posted and comes to its end although Slack', () => {
  it.each([
    ['answers 500', { status: 500, count: 2 }],
    ['answers 429', { status: 429, retryAfterSeconds: 1, count: 2 }],
    ['breaks the connection', { dropConnection: true, count: 2 }],
    ['says that it is not well', { error: 'internal_error', count: 2 }],
  ])('%s', async (how, fault) => {
    next('chat.postMessage', fault);
    const name = await ask(`${how.replaceAll(/\W/g, '')}.test`);
    await on.idle();
    expect(cards(name)).toHaveLength(1);
    next('chat.update', fault);
    await on.approver.click(/^Approve/, { channel: CHANNELS.notifications, ts: cards(name)[0]?.ts });
    await on.approver.modal();
    await on.approver.submit();
    await on.idle();
    expect(wordsOf(cards(name)[0] ?? {})).toContain('Done');
  });

  it('takes it and loses the answer: then there is one more, and the last of them is right', async () => {
    next('chat.postMessage', { afterwards: true, dropConnection: true });
    const name = await ask('half-open.test');
    await on.idle();
    expect(cards(name).length).toBeGreaterThanOrEqual(1);
    expect(cards(name).length).toBeLessThanOrEqual(2);
  });
});

it('all of it is told and true in the end', async () => {
  await on.idle();
  await expectInvariants(on.db, on.slack);
});
