import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { deletionJob } from '../../src/worker/deletion/job.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { median, type Row, round } from './row.ts';
import { type Bot, startBot } from './serve/load.ts';
import { type Workplace, workplace } from './serve/whole-path.ts';
import type { BenchDatabase } from './server.ts';

const PEOPLE = 100_000;
const ROUNDS = 5;
/** People who press at once while a domain is being deleted. */
const PRESSING = 4;

/** A domain that is being deleted, its people all with identity and membership. */
async function domainToDelete({ db }: BenchDatabase, team: string, connection: string, name: string) {
  const id = await seedDomain(db, team, name, 'Deleting');
  await db.query(sql`
    with made as (
      insert into users (email, domain, first_name, last_name, created_at)
      select 'user' || n || '@' || ${name}::text, ${name}::text, 'First', 'Last', now() from generate_series(1, ${PEOPLE}::int) n
      returning id),
    joined as (
      insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
      select ${team}, id, ${name}::text, ${id}::text, now() from made)
    insert into identities (connection_id, subject, name_id, user_id, domain_id, created_at, last_seen_at)
    select ${connection}, ${name}::text || id, 'name', id, ${id}::text, now(), now() from made`);
  await db.query(sql.raw('vacuum analyze'));
  return id;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** @returns the 95th percentile of what people wait for a submit, while the work runs (or so many times) */
async function waited(bot: Bot, { bodyOf }: Workplace, until: Promise<unknown> | null): Promise<number> {
  let over = false;
  const end = () => {
    over = true;
  };
  until?.then(end, end);
  const latencies: number[] = [];
  while (until ? !over : latencies.length < 25 * PRESSING) {
    latencies.push(...(await bot.load(5 * PRESSING, PRESSING, bodyOf)).latencies);
  }
  await until;
  return latencies.sort((a, b) => a - b)[Math.floor(latencies.length * 0.95)] ?? Number.NaN;
}

/** j: how fast a large domain is deleted by the job, in batches as it runs, and what memory that takes. */
export const deletion: Row = {
  id: 'j',
  figure: `deletion of ${PEOPLE} users against one SQL statement; p95 of a submit meanwhile`,
  aim: '≥ 0.5× users/s, memory flat',
  async measure(say) {
    const place = await workplace();
    const { db } = place;
    const bot = await startBot('drawbridge', place.url);
    try {
      const [{ id: team }] = (await db.query<{ id: string }>(sql`select id from teams`)) as [{ id: string }];
      const connection = await seedConnection(db, team, 'Entra');
      const job = deletionJob({ db, clock: systemClock, log: createLog('silent') });
      /** @returns the deletion of a new domain, to be begun */
      const toDelete = async (name: string) => {
        const domain = await domainToDelete(place, team, connection, name);
        await db.query(sql`
          insert into deletions (id, team_id, domain_id, domain_name, asked_by, status, total, started_at, moved_at)
          values (${name}, ${team}, ${domain}, ${name}, 'U0ADMIN', 'Running', ${PEOPLE}::int, now(), now())`);
        return async () => {
          await job(name, new AbortController().signal);
          const left = await db.query(sql`select 1 from domains where id = ${domain}`);
          if (left.length > 0) throw new Error('the deletion did not end');
        };
      };
      const figures: { job: number; statement: number; grew: number; alone: number; meanwhile: number }[] =
        [];
      await waited(bot, place, null);
      for (let n = 0; n < ROUNDS; n += 1) {
        say(`round ${n + 1} of ${ROUNDS}`);
        const inBatches = await toDelete(`a${n}.example`);
        const before = process.memoryUsage().rss;
        let peak = before;
        const watch = setInterval(() => {
          peak = Math.max(peak, process.memoryUsage().rss);
        }, 20);
        const took = await timed(inBatches);
        clearInterval(watch);
        const atOnce = await domainToDelete(place, team, connection, `b${n}.example`);
        const one = await timed(() =>
          db.query(sql`
            with m as (delete from memberships where via_domain_id = ${atOnce}::text),
              i as (delete from identities where domain_id = ${atOnce}::text)
            select 1`),
        );
        const beside = await toDelete(`c${n}.example`);
        const alone = await waited(bot, place, null);
        figures.push({
          job: PEOPLE / took,
          statement: PEOPLE / one,
          grew: (peak - before) / 2 ** 20,
          alone,
          meanwhile: await waited(bot, place, beside()),
        });
      }
      const middle = (of: (f: (typeof figures)[number]) => number) => median(figures.map(of));
      const ratio = middle(({ job, statement }) => job / statement);
      const grew = middle((f) => f.grew);
      return {
        shown: `${round(ratio)}× (${Math.round(middle((f) => f.job))} users/s), + ${round(grew, 1)} MB; p95 ${round(
          middle((f) => f.meanwhile),
          0,
        )} ms, ${round(
          middle((f) => f.alone),
          0,
        )} ms without`,
        met: ratio >= 0.5 && grew < 20,
        figures,
      };
    } finally {
      await bot.stop();
      await place.close();
    }
  },
};
