import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweep } from '../../src/worker/due/sweep.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { seedConnection, seedTeam } from '../support/seed.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase('pglite');
});
afterAll(() => db.close());

it('sweeps away every sign-in that was begun long ago, however many, and none that is open', async () => {
  const now = new Date('2026-05-01T12:00:00Z');
  const connection = await seedConnection(db, await seedTeam(db));
  const begin = (prefix: string, many: number, ended: Date) =>
    db.query(sql`
      insert into authn_requests (id, connection_id, purpose, config_hash, browser_hash, created_at, expires_at)
      select ${prefix}::text || n, ${connection}::text, 'sign-in', '', '', ${ended}::timestamptz, ${ended}::timestamptz
      from generate_series(1, ${many}::int) n`);
  // More than two rounds of the sweep.
  await begin('old', 10_001, new Date('2026-04-30T11:00:00Z'));
  await begin('open', 3, new Date('2026-05-01T12:05:00Z'));
  await sweep(db, now);
  const left = await db.query<{ id: string }>(sql`select id from authn_requests order by id`);
  expect(left.map(({ id }) => id)).toEqual(['open1', 'open2', 'open3']);
});
