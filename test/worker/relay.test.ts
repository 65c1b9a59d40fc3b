import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../db/client.ts';
import { movableClock } from '../../src/clock.ts';
import { createBudget } from '../../src/worker/budget.ts';
import { LEASE_MS, takeRows } from '../../src/worker/outbox-lease.ts';
import type { Notice } from '../../src/worker/outbox-row.ts';
import { createRelay, type Delivery, type RelayOptions } from '../../src/worker/relay.ts';
import { SlackUnreachable } from '../../src/worker/slack-port.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { seedOutbox } from './seed.ts';

const log = pino({ level: 'silent' });

describe.each(ENGINES)('the relay on %s', (engine) => {
  let db: TestDatabase;
  const started: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    db = await testDatabase(engine);
  });
  afterEach(async () => {
    for (const relay of started.splice(0)) await relay.stop();
    await db.query(sql`truncate outbox`);
  });
  afterAll(() => db.close());

  const rows = (lane: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({
      kind: 'person',
      lane,
      payload: { slackId: lane, n: from + i },
    }));

  async function run(options: Partial<RelayOptions>, on: Database = db) {
    const relay = createRelay({
      db: on,
      clock: movableClock(),
      log,
      deliver: async () => ({ type: 'sent' }),
      enqueue: async () => {},
      ...options,
    });
    started.push({ stop: () => relay.stop(200) });
    await relay.start();
    return relay;
  }

  const number = (notice: Notice): number => (notice.payload as unknown as { n: number }).n;
  const states = () =>
    db.query<{ n: number; sent: boolean; dropped: boolean; attempts: number; problem: string | null }>(sql`
      select (payload->>'n')::int as n, sent_at is not null as sent, dropped_at is not null as dropped, attempts, problem
      from outbox order by id`);

  it('keeps the order within a lane, and lanes do not wait for each other', async () => {
    await seedOutbox(db, [...rows('slow', 1, 3), ...rows('free', 1, 20)]);
    const seen: string[] = [];
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const relay = await run({
      deliver: async (notice) => {
        if (notice.lane === 'slow') await opened;
        seen.push(`${notice.lane} ${number(notice)}`);
        return { type: 'sent' };
      },
    });
    await vi.waitFor(() => expect(seen).toHaveLength(20), 10_000);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `free ${i + 1}`));
    open();
    await vi.waitFor(async () => expect(await relay.empty()).toBe(true), 10_000);
    expect(seen.slice(20)).toEqual(['slow 1', 'slow 2', 'slow 3']);
  });

  it('is woken by a notice, not only by looking', async () => {
    const seen: number[] = [];
    await run({
      deliver: async (notice) => {
        seen.push(number(notice));
        return { type: 'sent' };
      },
    });
    await sleep(100);
    await seedOutbox(db, rows('a', 1, 1));
    db.notify('outbox');
    await vi.waitFor(() => expect(seen).toEqual([1]), { timeout: 700, interval: 10 });
  });

  it('puts off what must wait, and goes on with the same row', async () => {
    await seedOutbox(db, rows('a', 1, 2));
    const seen: number[] = [];
    const relay = await run({
      deliver: async (notice): Promise<Delivery> => {
        seen.push(number(notice));
        return seen.length < 3 ? { type: 'later', waitMs: 50 } : { type: 'sent' };
      },
    });
    await vi.waitFor(async () => expect(await relay.empty()).toBe(true), 10_000);
    expect(seen).toEqual([1, 1, 1, 2]);
    expect((await states()).map(({ attempts }) => attempts)).toEqual([0, 0]);
  });

  it('does not spin on a row that is to wait for hours, or for a time that is none', async () => {
    await seedOutbox(db, [...rows('hour', 1, 1), ...rows('ages', 2, 2), ...rows('back', 3, 3)]);
    const waits = new Map([
      [1, 3_600_000],
      [2, 1e17],
      [3, -5000],
    ]);
    const asked: number[] = [];
    const clock = movableClock();
    await run({
      clock,
      deliver: async (notice): Promise<Delivery> => {
        const n = number(notice);
        asked.push(n);
        return n === 3 && asked.filter((one) => one === 3).length > 3
          ? { type: 'sent' }
          : { type: 'later', waitMs: waits.get(n) ?? 0 };
      },
    });
    await vi.waitFor(async () => expect((await states())[2]?.sent).toBe(true), 10_000);
    await sleep(1500);
    expect(asked.filter((n) => n !== 3).sort()).toEqual([1, 2]);
    expect((await states()).map(({ dropped, attempts }) => ({ dropped, attempts }))).toEqual(
      Array.from({ length: 3 }, () => ({ dropped: false, attempts: 0 })),
    );
    // Ten minutes later it is asked again; whoever keeps the limit knows better.
    clock.advance(600_001);
    await vi.waitFor(() => expect(asked.filter((n) => n !== 3).sort()).toEqual([1, 1, 2, 2]), 5000);
  });

  it('lets a row that fails again and again hold up its own lane alone, and not for ever', async () => {
    const clock = movableClock();
    await seedOutbox(db, [...rows('poisoned', 1, 2), ...rows('free', 3, 9)]);
    const seen: number[] = [];
    await run({
      clock,
      deliver: async (notice) => {
        if (number(notice) === 1) throw new TypeError('cannot be drawn');
        seen.push(number(notice));
        return { type: 'sent' };
      },
    });
    await vi.waitFor(() => expect(seen).toEqual([3, 4, 5, 6, 7, 8, 9]), 10_000);
    await vi.waitFor(
      () => {
        clock.advance(80_000);
        expect(seen).toContain(2);
      },
      { timeout: 30_000, interval: 300 },
    );
    expect((await states())[0]).toMatchObject({ dropped: true, problem: 'TypeError: cannot be drawn' });
  });

  it('tries again after a failure, longer each time, and gives up on its own faults only', async () => {
    const clock = movableClock();
    await seedOutbox(db, [...rows('bug', 1, 2), ...rows('slack', 3, 3)]);
    let fails = true;
    await run({
      clock,
      deliver: async (notice) => {
        if (notice.lane === 'slack' && fails) throw new SlackUnreachable('no answer');
        if (number(notice) === 1) throw new Error('a bug');
        return { type: 'sent' };
      },
    });
    // Every wait is at most 72 seconds; the clock goes ahead of it whenever nothing is due.
    await vi.waitFor(
      async () => {
        clock.advance(80_000);
        expect((await states())[0]).toMatchObject({ dropped: true, problem: 'Error: a bug' });
      },
      { timeout: 30_000, interval: 300 },
    );
    const [, behind, slack] = await states();
    expect(behind?.dropped).toBe(false);
    expect(slack).toMatchObject({ sent: false, dropped: false });
    fails = false;
    await vi.waitFor(async () => {
      clock.advance(80_000);
      const after = await states();
      expect(after.map(({ sent }) => sent)).toEqual([false, true, true]);
    }, 10_000);
  });

  it('gives nothing up for one failure after Slack was away for long', async () => {
    const clock = movableClock();
    await seedOutbox(db, rows('a', 1, 1));
    let asked = 0;
    const relay = await run({
      clock,
      deliver: async () => {
        asked += 1;
        if (asked <= 12) throw new SlackUnreachable('no answer');
        if (asked === 13) throw new Error('a plan of the database that is out of date');
        return { type: 'sent' };
      },
    });
    await vi.waitFor(
      async () => {
        clock.advance(80_000);
        relay.wake();
        expect((await states())[0]).toMatchObject({ sent: true, dropped: false });
      },
      { timeout: 20_000, interval: 20 },
    );
  });

  it('hands a job to the queue in the transaction that marks it', async () => {
    await seedOutbox(db, [
      { kind: 'job', lane: 'job', payload: { name: 'deletion', data: { deletion: 'del1' } } },
    ]);
    await db.query(sql`create table if not exists handed (name text, data text, key text)`);
    let failing = true;
    const clock = movableClock();
    const relay = await run({
      clock,
      enqueue: async (tx, name, data, { singletonKey }) => {
        await tx.query(
          sql`insert into handed values (${name}::text, ${JSON.stringify(data)}::text, ${singletonKey}::text)`,
        );
        if (failing) throw new Error('the queue is away');
      },
    });
    await vi.waitFor(async () => expect((await states())[0]?.attempts).toBe(1), 10_000);
    expect(await db.query(sql`select * from handed`)).toEqual([]);
    failing = false;
    await vi.waitFor(async () => {
      clock.advance(5000);
      expect(await relay.empty()).toBe(true);
    }, 10_000);
    const [{ id } = { id: 0 }] = await db.query<{ id: number }>(sql`select id from outbox`);
    expect(await db.query(sql`select * from handed`)).toEqual([
      { name: 'deletion', data: '{"deletion":"del1"}', key: `outbox:${id}` },
    ]);
  });

  it("goes on with a dead holder's lane when the lease has ended, not before", async () => {
    const clock = movableClock();
    await seedOutbox(db, rows('a', 1, 2));
    expect(await takeRows(db, clock.now(), [], 10)).toHaveLength(1);
    const seen: number[] = [];
    await run({
      clock,
      deliver: async (notice) => {
        seen.push(number(notice));
        return { type: 'sent' };
      },
    });
    await sleep(1300);
    expect(seen).toEqual([]);
    clock.advance(LEASE_MS);
    await vi.waitFor(() => expect(seen).toEqual([1, 2]), 10_000);
  });

  it('keeps a row while it is under way, however long that takes, and gives it back when it stops', async () => {
    const clock = movableClock();
    await seedOutbox(db, rows('a', 1, 1));
    const relay = await run({ clock, deliver: () => new Promise(() => {}) });
    await vi.waitFor(async () => expect(await relay.empty()).toBe(false), 5000);
    await sleep(4000);
    clock.advance(LEASE_MS - 2500);
    expect(await takeRows(db, clock.now(), [], 10)).toEqual([]);
    await relay.stop(50);
    expect(await takeRows(db, clock.now(), [], 10)).toHaveLength(1);
  });

  it('leaves a row that it gave back to whoever has it, whatever comes of it here', async () => {
    const clock = movableClock();
    await seedOutbox(db, [...rows('fails', 1, 1), ...rows('waits', 2, 2), ...rows('sent', 3, 3)]);
    let begun = 0;
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const relay = await run({
      clock,
      deliver: async (notice): Promise<Delivery> => {
        begun += 1;
        await ended;
        if (number(notice) === 1) throw new Error('too late');
        return number(notice) === 2 ? { type: 'later', waitMs: 0 } : { type: 'sent' };
      },
    });
    await vi.waitFor(() => expect(begun).toBe(3), 5000);
    await relay.stop(50);
    expect(await takeRows(db, clock.now(), [], 10)).toHaveLength(3);
    end();
    await vi.waitFor(async () => expect((await states())[2]?.sent).toBe(true), 5000);
    await sleep(200);
    expect((await states()).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
    expect(await takeRows(db, clock.now(), [], 10)).toEqual([]);
  });
});

describe('two relays on one server', () => {
  let db: TestDatabase;
  let other: Database;
  beforeAll(async () => {
    db = await testDatabase('postgres');
    other = await db.another();
  });
  afterAll(async () => {
    await other.close();
    await db.close();
  });

  it('send each row once and every lane in order', async () => {
    const lanes = Array.from({ length: 25 }, (_, i) => `lane ${i}`);
    await seedOutbox(
      db,
      Array.from({ length: 20 }, (_, n) =>
        lanes.map((lane) => ({ kind: 'person', lane, payload: { n } })),
      ).flat(),
    );
    const seen = new Map<string, number[]>(lanes.map((lane) => [lane, []]));
    const by = new Map<Database, number>();
    const relays = [db, other].map((on) =>
      createRelay({
        db: on,
        clock: movableClock(),
        log,
        enqueue: async () => {},
        deliver: async (notice) => {
          await sleep(Math.random() * 5);
          seen.get(notice.lane)?.push((notice.payload as unknown as { n: number }).n);
          by.set(on, (by.get(on) ?? 0) + 1);
          return { type: 'sent' };
        },
      }),
    );
    await Promise.all(relays.map((relay) => relay.start()));
    await vi.waitFor(async () => {
      expect(await relays[0]?.empty()).toBe(true);
      expect(await relays[1]?.empty()).toBe(true);
    }, 40_000);
    await Promise.all(relays.map((relay) => relay.stop()));
    for (const lane of lanes) expect(seen.get(lane)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect([...by.values()].every((count) => count > 20)).toBe(true);
  });

  it('take rows quickly whatever waits: 20,000 rows in one lane, and as many lanes', async () => {
    await db.query(sql`
      insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
      select 'T', 'person', case when n % 2 = 0 then 'full' else 'lane ' || n end, '{}', now(), now()
      from generate_series(1, 40000) n`);
    const began = performance.now();
    let after = '';
    const lanes = new Set<string>();
    for (let i = 0; i < 10; i++) {
      const taken = await takeRows(db, new Date(Date.now() + 1000), [], 16, after);
      for (const { lane } of taken) lanes.add(lane);
      after = taken.at(-1)?.lane ?? '';
    }
    expect(lanes.size).toBe(160);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('with 10,000 cards waiting for one channel tell a person and start a job at once, and ask seldom', async () => {
    await db.query(sql`truncate outbox`);
    await db.query(sql`
      insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
      select 'T', 'card', 'card:request:' || n, '{"key": "request:x"}', now(), now() from generate_series(1, 10000) n`);
    const budget = createBudget();
    const told: string[] = [];
    let asked = 0;
    const relay = createRelay({
      db,
      clock: movableClock(),
      log,
      enqueue: async (_, name) => void told.push(name),
      deliver: async ({ id, kind, workspaceId }) => {
        if (kind === 'person') {
          told.push(kind);
          return { type: 'sent' };
        }
        asked += 1;
        const turn = budget.turn({ workspaceId, channel: 'C1', kind: 'post', final: true, ticket: id });
        if (!turn.go) return { type: 'later', waitMs: turn.waitMs };
        turn.done();
        return { type: 'sent' };
      },
    });
    await relay.start();
    await vi.waitFor(() => expect(asked).toBeGreaterThan(50), 10_000);
    await seedOutbox(
      db,
      [
        { kind: 'person', lane: 'person:U1', payload: { slackId: 'U1', n: 1 } },
        { kind: 'job', lane: 'job:deletion:d1', payload: { name: 'deletion', data: { deletion: 'd1' } } },
      ],
      new Date(),
    );
    db.notify('outbox');
    const askedBefore = asked;
    await vi.waitFor(() => expect(told.sort()).toEqual(['deletion', 'person']), 15_000);
    // Long before all cards have been looked at.
    expect(asked - askedBefore).toBeLessThan(2000);
    await vi.waitFor(() => expect(asked).toBeGreaterThanOrEqual(10_000), 90_000);
    const afterAll = asked;
    await sleep(5000);
    expect(asked - afterAll).toBeLessThan(200);
    await relay.stop();
  });
});
