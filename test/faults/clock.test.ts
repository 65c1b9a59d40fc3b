import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countTry } from '../../src/service/sign-in/rate-limit.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { isTurn } from '../../src/worker/due/due.ts';
import { expire } from '../../src/worker/due/expiry.ts';
import { LEASE_MS, takeRows } from '../../src/worker/outbox-lease.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { PEOPLE, seedTeam, WORKSPACE } from '../support/seed.ts';

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

it('who tried too often waits for a window at most when the clock is set back by an hour', async () => {
  const limit = { what: 'password', who: 'anna@acme.test', most: 2, minutes: 15 };
  for (let n = 0; n < 2; n += 1) expect(await countTry(db, [limit], NOON)).toEqual({ ok: true });
  expect(await countTry(db, [limit], NOON)).toMatchObject({ ok: false });
  // A neighbour whose clock is a little behind lets nobody in.
  expect(await countTry(db, [limit], at(-2))).toMatchObject({ ok: false });
  expect(await countTry(db, [limit], at(-60))).toEqual({ ok: true });
  expect(await countTry(db, [limit], at(-60))).toEqual({ ok: true });
  const refused = await countTry(db, [limit], at(-60));
  if (refused.ok) throw new Error('the third try in a window is refused');
  expect(refused.seconds).toBeLessThanOrEqual(15 * 60);
});

it('a request expires once, though the clock goes ahead by a year and back; the trail stays whole, in its order', async () => {
  const teamId = await seedTeam(db);
  await db.query(sql`
    insert into requests (id, team_id, workspace_id, kind, subject_id, subject_name, act, checks, input, asks, bound,
      impact, requester, needed, approvals, status, created_at, deadline)
    select 'r' || n, ${teamId}, ${WORKSPACE}, 'domain.on', 's' || n, 'a.test', 'Turn on', '[]', '{}', '{}', '{}',
      '{"people":0,"teams":[],"lines":[]}', ${PEOPLE.admin}, 1, 0, 'Pending', ${NOON}::timestamptz, ${at(72 * 60)}::timestamptz
    from generate_series(1, 2) n`);
  const year = 365 * 24 * 60;
  expect(await expire(db, at(60), 10)).toBe(0);
  expect(await expire(db, at(year), 10)).toBe(2);
  for (const minutes of [-60, 0, year, year + 60]) expect(await expire(db, at(minutes), 10)).toBe(0);
  const ended = await db.query(sql`select status, ended_at as "endedAt" from requests`);
  expect(ended).toEqual(Array(2).fill({ status: 'Expired', endedAt: at(year) }));
  // What is told at a moment that has not come yet, by the clock set right, goes out all the same.
  const taken = await takeRows(db, at(0), [], 50);
  expect(
    taken.map(({ payload }) => JSON.stringify(payload)).filter((text) => text.includes('request:r')),
  ).not.toEqual([]);
  const trail = await db.query<{ seq: number }>(
    sql`select seq from audit where team_id = ${teamId} order by seq`,
  );
  expect(trail.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(await verifyAudit(db)).toMatchObject([{ ok: true }]);
});
