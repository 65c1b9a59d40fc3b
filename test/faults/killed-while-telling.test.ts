import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { say } from '../../src/words/document.ts';
import type { Change } from '../../src/workspace/bus.ts';
import { type Child, startChild } from '../support/child.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { BOT_TOKEN, CHANNELS, startSlack, type TestSlack } from '../support/slack.ts';
import { APPROVER, seedOutbox, seedRequest, seedTeam, TEAM_ID } from '../worker/seed.ts';

const CHANNEL = CHANNELS.notifications;

let db: TestDatabase;
let slack: TestSlack;
const children: Child[] = [];

beforeAll(async () => {
  db = await testDatabase('postgres');
  await seedTeam(db);
});
afterAll(() => db.close());
beforeEach(async () => {
  slack = await startSlack();
  await db.query(sql`truncate outbox, messages, requests cascade`);
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill('SIGKILL');
  await slack.close();
});

async function startTelling(): Promise<Child> {
  if (!('url' in db.source)) throw new Error('this needs a server');
  const child = startChild('test/worker/notices-child.ts', [db.source.url, slack.apiUrl, BOT_TOKEN]);
  children.push(child);
  await child.line(/^tells$/);
  return child;
}

/** Kills the process while Slack has done what it was asked and not yet answered: no instant lies closer. */
function killAt(child: Child, fits: (change: Change) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = slack.ctx.bus.listen((change) => {
      if (!fits(change)) return;
      stop();
      void child.kill('SIGKILL').then(resolve);
    });
  });
}

const request = (id: string) => seedRequest(db, id, { deadline: new Date(Date.now() + 86_400_000) });
const reject = (id: string) =>
  db.query(sql`update requests set status = 'Rejected', ended_at = now() where id = ${id}::text`);
const tell = async (...rows: Parameters<typeof seedOutbox>[1]): Promise<void> => {
  await seedOutbox(db, rows, new Date());
  db.notify('outbox');
};
const card = (id: string) => ({
  kind: 'card',
  lane: `card:request:${id}`,
  payload: { key: `request:${id}` },
});
const step = (id: string, n: number) => ({
  kind: 'thread',
  lane: `card:request:${id}`,
  payload: { key: `request:${id}`, document: say(`Step ${n}`) },
});
const messages = () => slack.ctx.messages.in(CHANNEL);
const cards = () => messages().filter(({ ts, thread_ts = ts }) => ts === thread_ts);
/** Rows of second looks, whose time is still to come, aside. */
const waiting = async () =>
  (
    await db.query(sql`
      select 1 from outbox where sent_at is null and dropped_at is null and not starts_with(lane, 'again:')`)
  ).length;
const toldAll = () => expect.poll(waiting, { timeout: 30_000, interval: 50 }).toBe(0);
/** Its lease would end ten seconds later. */
const endLease = () =>
  db.query(sql`update outbox set due_at = now() where sent_at is null and not starts_with(lane, 'again:')`);
const isPost = (change: Change) => change.type === 'message' && change.change === 'new';

describe('a process killed at the instant at which Slack has', () => {
  it('posted a card: there is one more at most, and the one that is known is right to the end', async () => {
    await request('r1');
    const first = await startTelling();
    const killed = killAt(first, isPost);
    await tell(card('r1'), step('r1', 1));
    await killed;
    await endLease();
    await startTelling();
    await toldAll();
    expect(cards().length).toBeGreaterThanOrEqual(1);
    expect(cards().length).toBeLessThanOrEqual(2);
    await reject('r1');
    await tell(card('r1'));
    await toldAll();
    const [place] = await db.query<{ ts: string }>(sql`select ts from messages`);
    expect(cards().find(({ ts }) => ts === place?.ts)?.text).toMatch(/Rejected/);
    expect(messages().filter(({ text }) => text === 'Step 1')).toMatchObject([{ thread_ts: place?.ts }]);
  });

  it('edited a card: it is not posted anew, shows what is so, and is drawn once more in case of a late edit', async () => {
    await request('r1');
    const first = await startTelling();
    await tell(card('r1'));
    await toldAll();
    const killed = killAt(first, (change) => change.type === 'message' && change.change === 'changed');
    await reject('r1');
    await tell(card('r1'), step('r1', 1));
    await killed;
    await endLease();
    await startTelling();
    await toldAll();
    expect(cards()).toHaveLength(1);
    expect(cards()[0]?.text).toMatch(/Rejected/);
    expect(messages().filter(({ text }) => text === 'Step 1')).toHaveLength(1);
    // Slack comes to an older edit only now.
    slack.ctx.messages.change(CHANNEL, cards()[0]?.ts ?? '', { text: 'Approval needed' });
    await db.query(
      sql`update outbox set due_at = now() where starts_with(lane, 'again:') and sent_at is null`,
    );
    await expect.poll(() => cards()[0]?.text, { timeout: 20_000 }).toMatch(/Rejected/);
  });

  it('posted a direct message or one to the channel: it comes once more at most, and never not at all', async () => {
    for (const row of [
      { kind: 'person', lane: `person:${APPROVER}`, payload: { slackId: APPROVER, document: say('Told') } },
      { kind: 'channel', lane: `channel:${TEAM_ID}`, payload: { teamId: TEAM_ID, document: say('Told') } },
    ]) {
      const told: string[] = [];
      const stop = slack.ctx.bus.listen((change) => {
        if (change.type === 'message' && change.change === 'new') told.push(change.message.text ?? '');
      });
      const child = await startTelling();
      const killed = killAt(child, isPost);
      await tell(row);
      await killed;
      await endLease();
      await startTelling();
      await toldAll();
      stop();
      expect(told.length).toBeGreaterThanOrEqual(1);
      expect(told.length).toBeLessThanOrEqual(2);
    }
  });
});

it('two processes never edit a card at the same time, nor tell its steps in another order', async () => {
  const ids = ['a', 'b'];
  const STEPS = 3;
  for (const id of ids) await request(id);
  // Slow edits, so that two would meet if they could.
  const EDIT_MS = 150;
  const lastEnd = new Map<string, number>();
  let met = 0;
  slack.ctx.faults.next('chat.update', { delayMs: EDIT_MS, count: 1000 });
  await Promise.all([startTelling(), startTelling()]);
  const stop = slack.ctx.bus.listen((change) => {
    if (change.type !== 'request') return;
    const { kind, name, request: asked } = change.entry;
    if (kind === 'api' && name === 'chat.update') {
      const { ts = '' } = asked as { ts?: string };
      const ended = performance.now();
      // Each takes so long at least: what ends sooner after another was begun before that ended.
      if (ended - (lastEnd.get(ts) ?? Number.NEGATIVE_INFINITY) < EDIT_MS - 10) met += 1;
      lastEnd.set(ts, ended);
    }
  });
  for (let n = 1; n <= STEPS; n++) {
    for (const id of ids) {
      await db.query(sql`update teams set name = ${`Harbour ${n}`}::text where id = ${TEAM_ID}::text`);
      await tell(card(id), step(id, n));
    }
  }
  for (const id of ids) await reject(id);
  await tell(...ids.map(card));
  await toldAll();
  stop();
  expect(met).toBe(0);
  expect(cards()).toHaveLength(ids.length);
  for (const { ts, text } of cards()) {
    expect(text).toMatch(/Rejected/);
    expect(
      messages()
        .filter(({ thread_ts, ts: own }) => thread_ts === ts && own !== ts)
        .map((reply) => reply.text),
    ).toEqual(Array.from({ length: STEPS }, (_, i) => `Step ${i + 1}`));
  }
});
