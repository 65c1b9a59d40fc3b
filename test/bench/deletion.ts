import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { deletionJob } from '../../src/worker/deletion/job.ts';
import { seedConnection, seedDomain, seedTeam } from '../support/seed.ts';
import { median, type Row, round } from './row.ts';
import { type BenchDatabase, benchDatabase } from './server.ts';

const PEOPLE = 100_000;
const ROUNDS = 3;

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

/** j: how fast a large domain is deleted by the job, in batches as it runs, and what memory that takes. */
export const deletion: Row = {
  id: 'j',
  figure: `deletion of ${PEOPLE} users against one SQL statement`,
  aim: '≥ 0.5× users/s, memory flat',
  async measure(say) {
    const place = await benchDatabase();
    const { db } = place;
    try {
      const team = await seedTeam(db);
      const connection = await seedConnection(db, team, 'Okta');
      const log = createLog('silent');
      const figures: { job: number; statement: number; grew: number }[] = [];
      for (let n = 0; n < ROUNDS; n += 1) {
        say(`round ${n + 1} of ${ROUNDS}`);
        const inBatches = await domainToDelete(place, team, connection, `a${n}.example`);
        await db.query(sql`
          insert into deletions (id, team_id, domain_id, domain_name, asked_by, status, total, started_at, moved_at)
          values (${`x${n}`}, ${team}, ${inBatches}, ${`a${n}.example`}, 'U0ADMIN', 'Running', ${PEOPLE}::int, now(), now())`);
        const before = process.memoryUsage().rss;
        let peak = before;
        const watch = setInterval(() => {
          peak = Math.max(peak, process.memoryUsage().rss);
        }, 20);
        const job = deletionJob({ db, clock: systemClock, log });
        const took = await timed(() => job(`x${n}`, new AbortController().signal));
        clearInterval(watch);
        const [left] = await db.query<{ n: number }>(
          sql`select count(*) as n from domains where id = ${inBatches}`,
        );
        if (left?.n !== 0) throw new Error('the deletion did not end');
        const atOnce = await domainToDelete(place, team, connection, `b${n}.example`);
        const one = await timed(() =>
          db.query(sql`
            with m as (delete from memberships where via_domain_id = ${atOnce}::text),
              i as (delete from identities where domain_id = ${atOnce}::text)
            select 1`),
        );
        figures.push({ job: PEOPLE / took, statement: PEOPLE / one, grew: (peak - before) / 2 ** 20 });
      }
      const ratio = median(figures.map(({ job, statement }) => job / statement));
      const grew = median(figures.map(({ grew }) => grew));
      return {
        shown: `${round(ratio)}× (${Math.round(median(figures.map(({ job }) => job)))} users/s), + ${round(grew, 1)} MB`,
        met: ratio >= 0.5 && grew < 20,
        figures,
      };
    } finally {
      await place.close();
    }
  },
};
