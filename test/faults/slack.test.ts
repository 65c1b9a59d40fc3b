import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { say } from '../../src/words/document.ts';
import { LATE_EDIT_MS } from '../../src/worker/second-look.ts';
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
afterAll(() => on.stop(['expired_trigger_id', 'not_found', 'user_not_found']));

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
    ['answers 502 with a page', { status: 502 }],
    ['says that it is not well', { error: 'service_unavailable' }],
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
        // A trigger is gone after three seconds, so nobody waits for an answer as long as one might come.
        .poll(() => on.admin.whispers().slice(before).map(wordsOf).join('\n'), { timeout: 8000 })
        .toContain('too slow to open the dialog');
    }
    on.slack.ctx.faults.clear();
    if (on.slack.ctx.modals.stack(PEOPLE.admin).length > 0) await on.admin.close(true);
    await on.admin.click('Add domains');
    await on.admin.modal('Add domains');
  });
});

it('what needs no call is answered while Slack is down altogether, and what was told meanwhile comes after', async () => {
  await seedDomain(on.db, teamId, 'down.test', 'SSO off', connectionId);
  await on.admin.command('/sso on down.test');
  await on.admin.modal('Turn on SSO');
  next('*', { dropConnection: true, count: 100_000 });
  const status = await on.admin.command('/sso');
  expect(status.ms).toBeLessThan(3000);
  expect(wordsOf({ blocks: [status.ack] })).toContain('Acme');
  // Done with its answer; the card and the direct messages wait.
  const asked = await on.admin.submit({ Reason: 'now' });
  expect(asked.ms).toBeLessThan(3000);
  expect(wordsOf({ blocks: [asked.ack] })).toContain('Asked: ');
  const calls = () => on.slack.ctx.log.entries.filter(({ direction }) => direction === 'to_slack').length;
  // An hour passes, in which everything that waits is tried again and again.
  const before = calls();
  for (let minute = 0; minute < 60; minute++) {
    on.clock.advance(60_000);
    await sleep(20);
  }
  expect(calls() - before).toBeLessThan(60);
  expect(cards('down.test')).toHaveLength(0);
  on.slack.ctx.faults.clear();
  on.clock.advance(60_000);
  await on.idle();
  expect(cards('down.test')).toHaveLength(1);
  expect(on.approver.direct().map(wordsOf).join()).toContain('down.test');
  await on.admin.close(true);
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

it('people are served while everything that is told by itself waits for a slow Slack', async () => {
  // More than are told at once, each to somebody else.
  const rows = Array.from({ length: 40 }, (_, n) => ({
    kind: 'person',
    lane: `person:U0SLOW${n}`,
    payload: { slackId: `U0SLOW${n}`, document: say(`Told ${n}`) },
  }));
  next('conversations.open', { delayMs: 30_000, count: 40 });
  next('chat.postMessage', { delayMs: 30_000, count: 40 });
  next('chat.update', { delayMs: 30_000, count: 40 });
  await on.db.query(sql`
    insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
    select (select id from workspaces), r.kind, r.lane, r.payload, ${on.clock.now()}::timestamptz,
      ${on.clock.now()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(kind text, lane text, payload jsonb)`);
  on.db.notify('outbox');
  const underWay = () =>
    on.db.query(
      sql`select 1 from outbox where lane like 'person:U0SLOW%' and due_at > created_at + interval '2 s'`,
    );
  await expect.poll(async () => (await underWay()).length, { timeout: 5000 }).toBeGreaterThan(10);
  for (let i = 0; i < 3; i++) {
    const { ok, ms } = await on.admin.command('/sso add');
    expect(ok).toBe(true);
    expect(ms).toBeLessThan(3000);
    await on.admin.modal('Add domains');
    await on.admin.close(true);
  }
  on.slack.ctx.faults.clear();
  await on.db.query(sql`delete from outbox where lane like 'person:U0SLOW%'`);
});

it('all of it is told and true in the end', async () => {
  await on.idle();
  // Edits that had no answer are looked at once more.
  on.clock.advance(LATE_EDIT_MS);
  await on.idle();
  await expectInvariants(on.db, on.slack);
});
