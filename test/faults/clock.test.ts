import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isTurn } from '../../src/worker/due/due.ts';
import { LEASE_MS, takeRows } from '../../src/worker/outbox-lease.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const NOON = new Date('2026-03-01T12:00:00Z');
const at = (minutes: number, ms = 0) => new Date(NOON.getTime() + minutes * 60_000 + ms);

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

it('what waits is not forgotten for an hour when the clock is set back by one', async () => {
  await db.query(sql`
    insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
    values ('T', 'card', 'card:x', '{"key":"x"}', ${NOON}::timestamptz, ${NOON}::timestamptz)`);
  // Taken by a process that dies, after which the clock is set back.
  expect(await takeRows(db, NOON, [], 5)).toHaveLength(1);
  expect(await takeRows(db, at(0, LEASE_MS - 1), [], 5)).toHaveLength(0);
  expect(await takeRows(db, at(-60), [], 5)).toHaveLength(1);
  // The lease of that moment holds again.
  expect(await takeRows(db, at(-60, 1), [], 5)).toHaveLength(0);
  expect(await takeRows(db, at(-60, LEASE_MS), [], 5)).toHaveLength(1);
});

it('what is due by the clock is looked for again at once when the clock is set back', () => {
  const noon = NOON.getTime();
  expect(isTurn(undefined, noon, 60_000)).toBe(true);
  expect(isTurn(noon, noon + 59_999, 60_000)).toBe(false);
  expect(isTurn(noon, noon + 60_000, 60_000)).toBe(true);
  expect(isTurn(noon, at(-60).getTime(), 60_000)).toBe(true);
  expect(isTurn(noon, at(-60).getTime(), 0)).toBe(true);
});
