import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { readCard } from '../../src/service/card.ts';
import { message } from '../../src/slack/blocks.ts';
import { deletionCard } from '../../src/slack/cards/deletion.ts';
import { requestCard } from '../../src/slack/cards/request.ts';
import { type Clients, createClients } from '../../src/slack/client.ts';
import { say } from '../../src/words/document.ts';
import { createBudget } from '../../src/worker/budget.ts';
import { createNotices } from '../../src/worker/notices.ts';
import { beginEdit } from '../../src/worker/places.ts';
import { createRelay, type Relay } from '../../src/worker/relay.ts';
import { LATE_EDIT_MS } from '../../src/worker/second-look.ts';
import { slackPort } from '../../src/worker/slack-port.ts';
import type { Message } from '../../src/workspace/types.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { BOT_TOKEN, CHANNELS, PEOPLE, startSlack, type TestSlack } from '../support/slack.ts';
import { ADMIN, APPROVER, START, seedOutbox, seedRequest, seedTeam, TEAM_ID, WORKSPACE_ID } from './seed.ts';

const log = pino({ level: 'silent' });
const CHANNEL = CHANNELS.notifications;
const DEADLINE = new Date(START.getTime() + 86_400_000);

describe('notices', () => {
  let db: TestDatabase;
  let slack: TestSlack;
  let clients: Clients;
  let relay: Relay;
  let clock: ReturnType<typeof movableClock>;
  let meant: string[];

  beforeAll(async () => {
    db = await testDatabase();
    await seedTeam(db);
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    slack = await startSlack();
    meant = [];
    clock = movableClock({ now: () => new Date(START.getTime() + performance.now()) });
    await db.query(sql`truncate outbox, messages, installation, requests cascade`);
    await db.query(sql`update teams set channel_id = ${CHANNEL}::text, name = 'Harbour'`);
    await seedRequest(db, 'r1', { deadline: DEADLINE });
    clients = createClients(slack.apiUrl, log);
    relay = await startRelay();
  });
  afterEach(async () => {
    await relay.stop();
    await clients.close();
    await slack.close();
    slack.expectNoRefusals(meant);
  });

  async function startRelay(): Promise<Relay> {
    const made = createRelay({
      db,
      clock,
      log,
      enqueue: async () => {},
      deliver: createNotices({
        db,
        clock,
        log,
        budget: createBudget(),
        card: (key) => readCard(db, key),
        drawCard: (facts) => (facts.type === 'request' ? requestCard(facts) : deletionCard(facts)),
        drawDocument: message,
        slack: async (id) => (id === WORKSPACE_ID ? slackPort(clients.withToken(BOT_TOKEN)) : null),
      }),
    });
    await made.start();
    return made;
  }

  const card = (key = 'request:r1') => ({ kind: 'card', lane: `card:${key}`, payload: { key } });
  const thread = (text: string, key = 'request:r1') => ({
    kind: 'thread',
    lane: `card:${key}`,
    payload: { key, document: say(text) },
  });
  const channel = (text: string, teamId = TEAM_ID) => ({
    kind: 'channel',
    lane: `channel:${teamId}`,
    payload: { teamId, document: say(text) },
  });
  const person = (text: string, slackId: string = APPROVER, about?: string) => ({
    kind: 'person',
    lane: `person:${slackId}`,
    payload: { slackId, document: say(text), ...(about && { about }) },
  });

  async function tell(...rows: Parameters<typeof seedOutbox>[1]): Promise<void> {
    await seedOutbox(db, rows, clock.now());
    relay.wake();
  }
  async function told(...rows: Parameters<typeof seedOutbox>[1]): Promise<void> {
    await tell(...rows);
    await quiet();
  }
  const quiet = (timeout = 15_000) =>
    vi.waitFor(async () => expect(await relay.empty()).toBe(true), { timeout, interval: 20 });
  const posted = (id: string = CHANNEL): Message[] => slack.ctx.messages.in(id);
  const cards = (): Message[] =>
    posted().filter(({ text, ts, thread_ts = ts }) => thread_ts === ts && text?.includes('SSO'));
  const calls = (method: string): number =>
    slack.ctx.log.entries.filter(({ kind, name }) => kind === 'api' && name === method).length;
  const outbox = () =>
    db.query<{ problem: string | null; dropped: boolean; attempts: number }>(
      sql`select problem, dropped_at is not null as dropped, attempts from outbox order by id`,
    );
  const directTo = (slackId: string): Message[] =>
    [...slack.ctx.directory.channels.values()]
      .filter(({ kind, members }) => kind === 'im' && members.includes(slackId))
      .flatMap(({ id }) => posted(id));
  const reject = () =>
    db.query(
      sql`update requests set status = 'Rejected', ended_at = ${clock.now()}::timestamptz where id = 'r1'`,
    );

  it('post a card once, edit it in place, and change nothing when it shows the same', async () => {
    await told(card(), card());
    expect(cards()).toHaveLength(1);
    const before = { ...cards()[0] };
    expect(calls('chat.update')).toBe(0);
    await reject();
    await told(card(), card());
    expect(cards()).toHaveLength(1);
    expect(cards()[0]?.ts).toBe(before.ts);
    expect(cards()[0]?.text).not.toBe(before.text);
    expect(calls('chat.update')).toBe(1);
    expect(calls('chat.postMessage')).toBe(1);
  });

  it('answer in the thread of the card, after it', async () => {
    await told(card(), thread('First step'), thread('Second step'));
    const [top] = cards();
    expect(
      posted()
        .filter(({ thread_ts, ts }) => thread_ts === top?.ts && ts !== top?.ts)
        .map(({ text }) => text),
    ).toEqual(['First step', 'Second step']);
  });

  it('wait with a direct message for the card that it links', async () => {
    await told(person('Please decide', APPROVER, 'request:r1'), card());
    const [direct] = directTo(APPROVER);
    expect(JSON.stringify(direct?.blocks)).toContain(
      `/archives/${CHANNEL}/p${cards()[0]?.ts.replace('.', '')}`,
    );
    await told(person('Without a card', APPROVER, 'request:other'));
    expect(directTo(APPROVER)).toHaveLength(2);
    expect(calls('conversations.open')).toBe(1);
  });

  it('lose nothing when the answer to a post is lost: a duplicate at most', async () => {
    slack.ctx.faults.next('chat.postMessage', { dropConnection: true, afterwards: true });
    await tell(card());
    await vi.waitFor(async () => expect((await outbox())[0]?.problem).toMatch(/SlackUnreachable/), 5000);
    clock.advance(5000);
    await quiet();
    expect(cards().length).toBeLessThanOrEqual(2);
    const [place] = await db.query<{ ts: string }>(sql`select ts from messages where key = 'request:r1'`);
    expect(cards().at(-1)?.ts).toBe(place?.ts);
    await reject();
    await told(card());
    expect(cards().find(({ ts }) => ts === place?.ts)?.text).toMatch(/Rejected/);
  });

  it('try again when the answer means nothing, as a proxy gives it', async () => {
    slack.ctx.faults.next('chat.postMessage', { afterwards: true });
    slack.ctx.faults.next('chat.postMessage', { status: 502 });
    await tell(channel('Told'));
    for (const attempts of [1, 2]) {
      await vi.waitFor(
        async () => expect((await outbox())[0]).toMatchObject({ attempts, dropped: false }),
        5000,
      );
      clock.advance(5000);
      relay.wake();
    }
    await quiet();
    expect(posted().filter(({ text }) => text === 'Told')).toHaveLength(2);
  });

  it('wait as long as Slack says for a limited channel, while the others go on', async () => {
    meant.push('ratelimited');
    slack.ctx.faults.next('chat.postMessage', {
      status: 429,
      retryAfterSeconds: 2,
      when: ({ channel: to }) => to === CHANNEL,
    });
    const began = performance.now();
    await tell(channel('Limited'), person('Free'));
    await vi.waitFor(() => expect(directTo(APPROVER)).toHaveLength(1), 1500);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(posted().map(({ text }) => text)).not.toContain('Limited');
    await quiet();
    expect(performance.now() - began).toBeGreaterThan(1900);
    expect(posted().map(({ text }) => text)).toContain('Limited');
    expect((await outbox()).every(({ problem }) => problem === null)).toBe(true);
  });

  it.each([
    ['is_archived', /archived.*settings/],
    ['not_in_channel', /invite @Drawbridge/],
    ['channel_not_found', /invite @Drawbridge/],
  ])('give up on %s and tell the admins once how to mend it', async (error, words) => {
    meant.push(error);
    slack.ctx.faults.next('chat.postMessage', { error, count: 3, when: ({ channel: to }) => to === CHANNEL });
    await told(card(), channel('One'), channel('Two'));
    const rows = await outbox();
    expect(rows.filter(({ dropped }) => dropped).map(({ problem }) => problem)).toEqual([
      error,
      error,
      error,
    ]);
    for (const admin of [PEOPLE.owner, ADMIN]) {
      expect(directTo(admin)).toHaveLength(1);
      expect(directTo(admin)[0]?.text).toMatch(words);
    }
    expect(directTo(APPROVER)).toHaveLength(0);
    // It works again, and fails again later: that is news.
    await told(channel('Three'));
    slack.ctx.faults.next('chat.postMessage', { error, when: ({ channel: to }) => to === CHANNEL });
    await told(channel('Four'));
    expect(directTo(ADMIN)).toHaveLength(2);
  });

  it('go to the channel the team has chosen since the old one was lost', async () => {
    await told(card());
    slack.ctx.directory.changeChannel(CHANNEL, { is_archived: true });
    await db.query(sql`update teams set channel_id = ${CHANNELS.general}::text where id = ${TEAM_ID}::text`);
    meant.push('is_inactive', 'is_archived', 'cant_update_message');
    await reject();
    await told(card());
    expect(posted(CHANNELS.general).map(({ text }) => text)).toEqual([expect.stringMatching(/Rejected/)]);
  });

  it('post a card anew that somebody deleted, also when only a step is told', async () => {
    await told(card());
    const [first] = cards();
    slack.ctx.messages.remove(CHANNEL, first?.ts ?? '');
    meant.push('message_not_found', 'thread_not_found');
    await reject();
    await told(card());
    expect(cards()).toHaveLength(1);
    expect(cards()[0]?.text).toMatch(/Rejected/);
    await told(thread('A step'));
    expect(posted().at(-1)).toMatchObject({ text: 'A step', thread_ts: cards()[0]?.ts });
  });

  it('give up a reply that no card takes, rather than post cards for ever', async () => {
    await told(card());
    slack.ctx.faults.next('chat.postMessage', {
      error: 'cannot_reply_to_message',
      count: 100,
      when: ({ thread_ts }) => thread_ts !== undefined,
    });
    await told(thread('No replies here'), card());
    expect(cards()).toHaveLength(2);
    expect((await outbox())[1]).toMatchObject({ problem: 'cannot_reply_to_message', dropped: true });
  });

  it('tell a step in the channel that the team has chosen since, with the card', async () => {
    await told(card());
    slack.ctx.directory.changeChannel(CHANNEL, { is_archived: true });
    await db.query(sql`update teams set channel_id = ${CHANNELS.general}::text where id = ${TEAM_ID}::text`);
    meant.push('is_archived', 'is_inactive');
    await told(thread('A step'));
    const [moved, step] = posted(CHANNELS.general);
    expect(moved?.text).toMatch(/Approval needed/);
    expect(step).toMatchObject({ text: 'A step', thread_ts: moved?.ts });
    expect(directTo(ADMIN)).toHaveLength(0);
  });

  it.each(['msg_too_long', 'msg_blocks_too_long', 'invalid_blocks'])(
    'go out in short when Slack says %s, posted or edited',
    async (error) => {
      const whole = {
        error,
        when: ({ blocks }: { blocks?: unknown }) => JSON.stringify(blocks).length > 500,
      };
      slack.ctx.faults.next('chat.postMessage', whole);
      await told(card());
      expect(cards()).toHaveLength(1);
      expect(JSON.stringify(cards()[0]?.blocks)).toContain('/sso requests');
      slack.ctx.faults.next('chat.update', whole);
      await reject();
      await told(card());
      expect(cards()[0]?.text).toMatch(/Rejected/);
      expect(JSON.stringify(cards()[0]?.blocks)).not.toContain('decide:');
      expect((await outbox()).every(({ dropped }) => !dropped)).toBe(true);
    },
  );

  it.each(['user_not_found', 'cannot_dm_bot', 'user_disabled', 'some_new_word'])(
    'tell the admins once who cannot be told: %s',
    async (error) => {
      slack.ctx.faults.next('conversations.open', {
        error,
        count: 3,
        when: ({ users }) => users === APPROVER,
      });
      await told(person('One'), person('Two'), person('Three'));
      expect((await outbox()).slice(0, 3)).toEqual(
        Array.from({ length: 3 }, () => ({ problem: error, dropped: true, attempts: 0 })),
      );
      for (const admin of [PEOPLE.owner, ADMIN]) {
        expect(directTo(admin)).toHaveLength(1);
        expect(directTo(admin)[0]?.text).toContain('could not be told by direct message');
      }
      await told(person('Four'));
      expect(directTo(APPROVER)).toHaveLength(1);
    },
  );

  it('tell the other admins of one who cannot be told, and nobody else of that', async () => {
    const dead = { error: 'user_not_found', count: 100 };
    slack.ctx.faults.next('conversations.open', dead);
    await told(person('One', ADMIN));
    // The other admin cannot be told either, of which the first would be told: that ends it.
    expect((await outbox()).map(({ dropped }) => dropped)).toEqual([true, true, true]);
  });

  it('open a conversation anew that is no more', async () => {
    await told(person('One'));
    slack.ctx.faults.next('chat.postMessage', { error: 'channel_not_found' });
    await told(person('Two'));
    expect(directTo(APPROVER).map(({ text }) => text)).toEqual(['One', 'Two']);
    expect(calls('conversations.open')).toBe(2);
    expect(directTo(ADMIN)).toHaveLength(0);
  });

  it.each(['token_revoked', 'account_inactive', 'invalid_auth', 'missing_scope'])(
    'are given up at once when the workspace has ended it with %s, without blaming the channel',
    async (error) => {
      slack.ctx.faults.next('*', { error, count: 100 });
      await told(card(), channel('Two'), person('Three'));
      expect(await outbox()).toEqual(
        Array.from({ length: 3 }, () => ({ problem: error, dropped: true, attempts: 0 })),
      );
    },
  );

  it('draw a card once more when an edit that had no answer may come late', async () => {
    await told(card());
    // Slack carries it out long after, with what was so when it was asked.
    slack.ctx.faults.next('chat.update', { delayMs: 1200 });
    await db.query(sql`update teams set name = 'Renamed' where id = ${TEAM_ID}::text`);
    const old = relay;
    await tell(card());
    await vi.waitFor(
      async () => expect(await db.query(sql`select shown from messages`)).toEqual([{ shown: 'editing' }]),
      5000,
    );
    await old.stop(0);
    relay = await startRelay();
    await reject();
    await told(card());
    expect(cards()[0]?.text).toMatch(/Rejected/);
    await vi.waitFor(() => expect(cards()[0]?.text).not.toMatch(/Rejected/), { timeout: 5000, interval: 10 });
    expect(await relay.empty()).toBe(true);
    clock.advance(LATE_EDIT_MS);
    await vi.waitFor(() => expect(cards()[0]?.text).toMatch(/Rejected/), { timeout: 5000, interval: 10 });
    await quiet();
    expect(cards()).toHaveLength(1);
    // Nothing more comes of it.
    clock.advance(10 * LATE_EDIT_MS);
    expect(await relay.empty()).toBe(true);
  });

  it('leave a card to whoever told it meanwhile', async () => {
    await told(card());
    const [row] = await db.query<{ id: number }>(sql`
      insert into outbox (workspace_id, kind, lane, payload, created_at, due_at, sent_at)
      values (${WORKSPACE_ID}::text, 'card', 'card:request:r1', '{"key": "request:r1"}', ${clock.now()}::timestamptz,
        ${clock.now()}::timestamptz, ${clock.now()}::timestamptz) returning id`);
    expect(await beginEdit(db, 'request:r1', row?.id ?? 0)).toBe(false);
  });

  it('drop a reply to a card that never was', async () => {
    await told(thread('No card'));
    expect(await outbox()).toEqual([{ problem: 'its card was never posted', dropped: true, attempts: 0 }]);
  });

  it('drop what no workspace takes any more, without trying for ever', async () => {
    slack.ctx.tokens.end('account_inactive');
    meant.push('account_inactive');
    await told(channel('Gone'));
    expect(await outbox()).toEqual([{ problem: 'account_inactive', dropped: true, attempts: 0 }]);
  });

  it("show moments that waited as JSON as moments, and people's words as words", async () => {
    const at = new Date('2026-03-05T12:00:00Z');
    await told({
      kind: 'channel',
      lane: `channel:${TEAM_ID}`,
      payload: { teamId: TEAM_ID, document: say(['Until ', { time: at }, ', says <!channel> & <@U1>']) },
    });
    const [shown] = posted().slice(-1);
    expect(JSON.stringify(shown?.blocks)).toContain(String(at.getTime() / 1000));
    expect(shown?.text).not.toContain('<!channel>');
  });
});
