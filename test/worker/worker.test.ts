import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { noMailer } from '../../src/identity/mail.ts';
import { secrets } from '../../src/secrets.ts';
import { readCard } from '../../src/service/card.ts';
import { type Clients, createClients } from '../../src/slack/client.ts';
import { openQueue, type Queue } from '../../src/worker/queue.ts';
import { createWorker, QUEUES, type Worker, type WorkerOptions } from '../../src/worker/worker.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { BOT_TOKEN, CHANNELS, startSlack, type TestSlack } from '../support/slack.ts';
import { ADMIN, START, seedDeletion, seedOutbox, seedTeam, WORKSPACE_ID } from './seed.ts';

const log = pino({ level: 'silent' });

describe.each(ENGINES)('the worker on %s', (engine) => {
  let db: TestDatabase;
  let slack: TestSlack;
  let clients: Clients;
  let clock: ReturnType<typeof movableClock>;
  let running: { worker: Worker; queue: Queue } | undefined;

  beforeEach(async () => {
    [db, slack] = await Promise.all([testDatabase(engine), startSlack()]);
    clients = createClients(slack.apiUrl, log);
    const began = performance.now();
    clock = movableClock({ now: () => new Date(START.getTime() + performance.now() - began) });
    await seedTeam(db);
  });
  afterEach(async () => {
    await stop();
    await clients.close();
    await Promise.all([db.close(), slack.close()]);
    slack.expectNoRefusals();
  });

  async function start(deletion: WorkerOptions['deletion'] = {}): Promise<Worker> {
    const queue = await openQueue(db, { queues: QUEUES, log });
    const installed = { id: WORKSPACE_ID, name: 'Harbour', botToken: BOT_TOKEN, botId: 'B', botUserId: 'U' };
    const worker = createWorker({
      db,
      queue,
      service: {
        card: (key) => readCard(db, key),
        lookForProof: () => Promise.reject(new Error('no domain is due')),
      },
      clients,
      workspaces: { find: async (id) => (id === WORKSPACE_ID ? installed : null) },
      clock,
      log,
      mailer: noMailer(),
      stationery: { publicUrl: 'https://sso.example', secrets: secrets(Buffer.alloc(32)) },
      deletion,
    });
    running = { worker, queue };
    await worker.start();
    return worker;
  }
  async function stop(): Promise<void> {
    const was = running;
    running = undefined;
    await was?.worker.stop();
    await was?.queue.stop();
  }

  /** What the service writes when the last approval comes in. */
  const approved = () =>
    seedOutbox(
      db,
      [
        { kind: 'job', lane: 'job', payload: { name: 'deletion', data: { deletion: 'del1' } } },
        { kind: 'card', lane: 'card:deletion:del1', payload: { key: 'deletion:del1' } },
      ],
      clock.now(),
    );
  const channel = () => slack.ctx.messages.in(CHANNELS.notifications);
  const figures = async () =>
    (await db.query<{ status: string; released: number }>(sql`select status, released from deletions`))[0];

  it('deletes a domain: one card to its end, its thread, and the person who asked is told', async () => {
    await seedDeletion(db, { people: 120 });
    await approved();
    const worker = await start({ batch: 50 });
    await worker.idle();
    expect(await figures()).toEqual({ status: 'Done', released: 120 });
    const cards = channel().filter(({ ts, thread_ts = ts }) => ts === thread_ts);
    const [card] = cards.filter(({ text }) => text?.includes('acme.com was deleted'));
    expect(card?.text).toMatch(/^acme\.com was deleted/);
    expect(cards.filter(({ text }) => text?.startsWith('Deleting'))).toEqual([]);
    expect(channel().filter(({ ts, thread_ts }) => thread_ts === card?.ts && ts !== card?.ts)).toHaveLength(
      2,
    );
    const direct = [...slack.ctx.directory.channels.values()].find(
      ({ kind, members }) => kind === 'im' && members.includes(ADMIN),
    );
    const told = slack.ctx.messages.in(direct?.id ?? '').map(({ text }) => text);
    expect(told).toEqual([expect.stringMatching(/^acme\.com was deleted\. 120 people/)]);
  });

  it('puts down a long deletion when it is stopped, and the next one goes on', async () => {
    await seedDeletion(db, { people: 200 });
    await approved();
    await start({ batch: 10, pauseMs: 100 });
    await vi.waitFor(async () => expect((await figures())?.released).toBeGreaterThan(20), 20_000);
    const began = performance.now();
    await stop();
    expect(performance.now() - began).toBeLessThan(10_000);
    const put = await figures();
    expect(put?.status).toBe('Running');
    expect(put?.released).toBeLessThan(200);
    const worker = await start({ batch: 100 });
    await worker.idle();
    expect(await figures()).toEqual({ status: 'Done', released: 200 });
  });

  it('finds a deletion that nobody works on, when it looks for what is due', async () => {
    await seedDeletion(db, { people: 5 });
    const worker = await start();
    await worker.idle();
    expect((await figures())?.status).toBe('Running');
    clock.advance(120_000);
    await worker.runDue();
    await worker.idle();
    expect((await figures())?.status).toBe('Done');
  });
});
