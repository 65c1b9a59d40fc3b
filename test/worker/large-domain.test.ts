import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { deletionJob } from '../../src/worker/deletion/job.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { seedDeletion, seedTeam } from './seed.ts';

const PEOPLE = 100_000;
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase('postgres');
  await seedTeam(db);
  await seedDeletion(db, { people: PEOPLE });
});
afterAll(() => db.close());

it('releases 100,000 people while memory stays as it was', { timeout: 240_000 }, async () => {
  const job = deletionJob({ db, clock: systemClock, log: pino({ level: 'silent' }), pauseMs: 0 });
  const heap: number[] = [];
  const timer = setInterval(() => heap.push(process.memoryUsage().heapUsed / 2 ** 20), 5);
  await job('del1', new AbortController().signal);
  clearInterval(timer);
  expect(await db.query(sql`select status, released, total from deletions`)).toEqual([
    { status: 'Done', released: PEOPLE, total: PEOPLE },
  ]);
  // What lies between two collections of garbage comes and goes; what stays is the least that was seen.
  const third = Math.floor(heap.length / 3);
  const least = (values: number[]): number => Math.min(...values);
  expect(least(heap.slice(-third)) - least(heap.slice(0, third))).toBeLessThan(10);
  expect(Math.max(...heap) - least(heap)).toBeLessThan(60);
});
