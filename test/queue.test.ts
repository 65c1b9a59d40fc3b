import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../db/client.ts';
import { openQueue, type Queue } from '../src/worker/queue.ts';
import { startChild } from './support/child.ts';
import { ENGINES, type TestDatabase, testDatabase } from './support/database.ts';

const log = { info() {}, warn() {}, error() {} };
const QUEUES = ['deletions', 'imports'] as const;

describe.each(ENGINES)('on %s', (engine) => {
  let db: TestDatabase;
  let queue: Queue;

  beforeAll(async () => {
    db = await testDatabase(engine, { migrated: false });
  });
  afterEach(async () => {
    await queue.stop();
    await db.query(sql`delete from pgboss.job`);
  });
  afterAll(() => db.close());

  const open = async () => {
    queue = await openQueue(db, { queues: QUEUES, log });
  };
  const put = (data: object, singletonKey?: string, name: string = 'deletions') =>
    db.transaction((tx) => queue.enqueue(tx, name, data, { singletonKey }));

  it('a job that was put in runs once, soon, with its data', async () => {
    await open();
    const ran: unknown[] = [];
    await queue.work('deletions', async (data, { retry }) => void ran.push([data, retry]));
    await sleep(1500);
    const put_at = performance.now();
    expect(await put({ id: 'd1', deep: { list: [1, null, "it's"] } })).toBe(true);
    await expect.poll(() => ran, { timeout: 5000 }).toHaveLength(1);
    expect(performance.now() - put_at, 'a notice wakes the worker').toBeLessThan(1000);
    await sleep(1500);
    expect(ran).toEqual([[{ id: 'd1', deep: { list: [1, null, "it's"] } }, 0]]);
  });

  it('a rolled-back transaction leaves no job', async () => {
    await open();
    await expect(
      db.transaction(async (tx) => {
        expect(await queue.enqueue(tx, 'deletions', { id: 'd2' })).toBe(true);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await queue.depth()).toMatchObject([{ waiting: 0 }, { waiting: 0 }]);
  });

  it('one job with a key waits or runs at a time, and another after it', async () => {
    await open();
    expect(await put({ n: 1 }, 'same')).toBe(true);
    expect(await put({ n: 2 }, 'same')).toBe(false);
    expect(await put({ n: 3 }, 'other')).toBe(true);
    expect(await put({ n: 4 }, 'same', 'imports')).toBe(true);
    expect(await put({ n: 5 })).toBe(true);
    expect(await put({ n: 6 })).toBe(true);
    const ran: number[] = [];
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await queue.work<{ n: number }>(
      'deletions',
      async ({ n }) => {
        ran.push(n);
        await gate;
      },
      { concurrency: 4 },
    );
    await expect.poll(() => ran.toSorted(), { timeout: 5000 }).toEqual([1, 3, 5, 6]);
    expect(await put({ n: 7 }, 'same'), 'while it runs').toBe(false);
    expect(await queue.depth()).toMatchObject([
      { queue: 'deletions', waiting: 0, running: 4 },
      { queue: 'imports', waiting: 1, running: 0 },
    ]);
    finish();
    await expect.poll(() => put({ n: 8 }, 'same'), { timeout: 5000 }).toBe(true);
    await expect.poll(() => ran, { timeout: 5000 }).toContain(8);
  });

  it('a job that fails is tried again, and its error keeps no secret', async () => {
    await open();
    const retries: number[] = [];
    await queue.work('deletions', async (_, { retry }) => {
      retries.push(retry);
      if (retry === 0)
        throw Object.assign(new Error('no luck with xoxb-1-secret'), { token: 'xoxb-1-secret' });
    });
    await put({ id: 'd3' });
    await expect.poll(() => retries, { timeout: 15_000 }).toEqual([0, 1]);
    const rows = await db.query(sql`select * from pgboss.job`);
    expect(JSON.stringify(rows)).not.toContain('xoxb-1-secret');
  });

  it('a stop lets a running job end', async () => {
    await open();
    let ended = false;
    await queue.work('deletions', async () => {
      await sleep(800);
      ended = true;
    });
    await put({ id: 'd4' });
    await expect.poll(async () => (await queue.depth())[0]?.running, { timeout: 5000 }).toBe(1);
    await queue.stop();
    expect(ended).toBe(true);
    await expect(db.query(sql`select state::text from pgboss.job`)).resolves.toEqual([
      { state: 'completed' },
    ]);
    await expect(queue.depth()).rejects.toThrow('was stopped');
  });

  it('a stop tells a long job, which is handed on', async () => {
    await open();
    await queue.work('deletions', async (_, { signal }) => {
      await sleep(60_000, undefined, { signal });
    });
    await put({ id: 'd5' });
    await expect.poll(async () => (await queue.depth())[0]?.running, { timeout: 5000 }).toBe(1);
    const began = performance.now();
    await queue.stop();
    expect(performance.now() - began).toBeLessThan(3000);
    await open();
    const ran: number[] = [];
    await queue.work('deletions', async (_, { retry }) => void ran.push(retry));
    await expect.poll(() => ran, { timeout: 10_000 }).toEqual([1]);
  });

  it('an unknown queue is refused', async () => {
    await open();
    await expect(put({}, undefined, 'unknown')).rejects.toThrow('There is no queue unknown');
    await expect(queue.work('unknown', async () => {})).rejects.toThrow('There is no queue unknown');
  });
});

const run = async (db: Database, ran: string[]): Promise<Queue> => {
  const queue = await openQueue(db, { queues: ['deletions'], log });
  await queue.work<{ id: string }>('deletions', async ({ id }, { retry }) => void ran.push(`${id} ${retry}`));
  return queue;
};

/** Each waits for intervals of the queue, in a database of its own, so they wait side by side. */
describe.concurrent('a job that cannot end', () => {
  it.for(ENGINES)(
    'is left behind by a stop after ten seconds, whatever it does, on %s',
    async (engine, { expect }) => {
      const db = await testDatabase(engine, { migrated: false });
      const queue = await openQueue(db, { queues: QUEUES, log });
      let finish = () => {};
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      await queue.work('deletions', () => gate);
      await db.transaction((tx) => queue.enqueue(tx, 'deletions', { id: 'd6' }));
      await expect.poll(async () => (await queue.depth())[0]?.running, { timeout: 20_000 }).toBe(1);
      const began = performance.now();
      await queue.stop();
      expect(performance.now() - began).toBeLessThan(12_000);
      await expect(db.query(sql`select state::text from pgboss.job`)).resolves.toEqual([{ state: 'retry' }]);
      finish();
      await db.close();
    },
  );

  it('runs again in another process when its own was killed, on a server', async ({ expect }) => {
    const db = await testDatabase('postgres', { migrated: false });
    if (!('url' in db.source)) throw new Error('a server has an address');
    const child = startChild('test/support/children/work.ts', ['url', db.source.url]);
    const first = await openQueue(db, { queues: ['deletions'], log });
    await db.transaction((tx) => first.enqueue(tx, 'deletions', { id: 'd1' }, { singletonKey: 'd1' }));
    await child.line(/^running d1$/);
    await first.stop();
    const ran: string[] = [];
    const queue = await run(db, ran);
    await child.kill('SIGKILL');
    await expect.poll(() => ran, { timeout: 30_000 }).toEqual(['d1 1']);
    await queue.stop();
    await db.close();
  });
});

describe('a job whose process was killed', () => {
  it('runs again at the next start, at once, on the embedded database', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drawbridge-queue-'));
    const child = startChild('test/support/children/work.ts', ['folder', folder]);
    await child.line(/^running d1$/);
    await child.kill('SIGKILL');
    const db = await openDatabase({ dataDir: folder });
    const ran: string[] = [];
    const began = performance.now();
    const queue = await run(db, ran);
    await expect.poll(() => ran, { timeout: 8000 }).toEqual(['d1 1']);
    expect(performance.now() - began).toBeLessThan(8000);
    await queue.stop();
    await db.close();
    await rm(folder, { recursive: true });
  });
});

describe('several processes', () => {
  it('open the queue at once and share its jobs, each run by one', async () => {
    const db = await testDatabase('postgres', { migrated: false });
    const others = await Promise.all([db.another(), db.another()]);
    const queues = await Promise.all(
      [db, ...others].map((each) => openQueue(each, { queues: ['deletions'], log })),
    );
    const ran: number[] = [];
    for (const queue of queues) {
      await queue.work<{ n: number }>('deletions', async ({ n }) => void ran.push(n), { concurrency: 4 });
    }
    await db.transaction(async (tx) => {
      for (let n = 0; n < 60; n++) await queues[0]?.enqueue(tx, 'deletions', { n });
    });
    await expect.poll(() => ran.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(60);
    expect(ran.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    await Promise.all(queues.map((queue) => queue.stop()));
    await Promise.all(others.map((each) => each.close()));
    await db.close();
  });
});
