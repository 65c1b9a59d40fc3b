import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { openQueue } from '../../src/worker/queue.ts';
import { startChild } from '../support/child.ts';
import { testDatabase } from '../support/database.ts';
import { seedDeletion, seedTeam } from './seed.ts';

const CHILD = 'test/worker/deletion-child.ts';
const PEOPLE = 3000;
const log = pino({ level: 'silent' });

/** Fills the database and puts the job into the queue, as the relay does. */
async function prepare(db: Database): Promise<void> {
  await seedTeam(db);
  await seedDeletion(db, { people: PEOPLE });
  const queue = await openQueue(db, { queues: ['deletion'], log });
  await db.transaction((tx) =>
    queue.enqueue(tx, 'deletion', { deletion: 'del1' }, { singletonKey: 'outbox:1' }),
  );
  await queue.stop();
}

/** Figures and people agree at every moment, whenever the process dies. */
async function expectConsistent(db: Database): Promise<number> {
  const [row] = await db.query<Record<string, number>>(sql`
    select d.released, (select count(*) from memberships) as members,
      (select sum(people) from member_counts) as counted, (select count(*) from users) as users
    from deletions d`);
  if (!row) throw new Error('the deletion is gone');
  expect(row.users).toBe(PEOPLE);
  expect(row.members).toBe(PEOPLE - (row.released ?? 0));
  expect(row.counted).toBe(row.members);
  return row.released ?? 0;
}

async function expectDone(db: Database): Promise<void> {
  expect(await expectConsistent(db)).toBe(PEOPLE);
  expect(await db.query(sql`select status, total from deletions`)).toEqual([
    { status: 'Done', total: PEOPLE },
  ]);
  expect(await db.query(sql`select 1 from domains`)).toEqual([]);
  expect(await db.query(sql`select status from requests`)).toEqual([{ status: 'Done' }]);
  expect(await db.query(sql`select kind from outbox where kind = 'person'`)).toHaveLength(1);
  expect(await db.query(sql`select outcome from audit`)).toEqual([{ outcome: 'Done' }]);
}

describe.concurrent('a deletion whose process is killed', () => {
  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it('goes on in another process on a server', { timeout: 120_000 }, async () => {
    const db = await testDatabase('postgres');
    await prepare(db);
    if (!('url' in db.source)) throw new Error('not on a server');
    const { url } = db.source;
    for (const reached of [200, 900, 1700]) {
      const child = startChild(CHILD, [url, '20', '30']);
      while ((await expectConsistent(db)) < reached) await sleep(50);
      await child.kill('SIGKILL');
      await expectConsistent(db);
    }
    const last = startChild(CHILD, [url, '500', '0']);
    await last.line(/ended del1/);
    await last.kill('SIGTERM');
    await expectDone(db);
    await db.close();
  });

  it('goes on at the next start on the embedded database', { timeout: 120_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'drawbridge-deletion-'));
    folders.push(dataDir);
    const before = await openDatabase({ dataDir });
    await migrate(before);
    await prepare(before);
    await before.close();
    for (let kill = 0; kill < 2; kill++) {
      const child = startChild(CHILD, [dataDir, '20', '30']);
      await child.line(new RegExp(`released ${kill === 0 ? '[1-9]' : '[1-9]\\d{2,}'}`));
      await child.kill('SIGKILL');
      const db = await openDatabase({ dataDir });
      expect(await expectConsistent(db)).toBeGreaterThan(0);
      await db.close();
    }
    const last = startChild(CHILD, [dataDir, '500', '0']);
    await last.line(/ended del1/);
    await last.kill('SIGKILL');
    const db = await openDatabase({ dataDir });
    await expectDone(db);
    await db.close();
  });
});
