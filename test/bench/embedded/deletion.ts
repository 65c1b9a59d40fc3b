import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from '../../../db/client.ts';
import { systemClock } from '../../../src/clock.ts';
import { createLog } from '../../../src/log.ts';
import { deletionJob } from '../../../src/worker/deletion/job.ts';
import { seedConnection, seedDomain, seedTeam, seedUsers } from '../../support/seed.ts';
import { median, type Row, round } from '../row.ts';
import { dataFolders } from '../serve/embedded.ts';

/** Fewer than on a server: the engine is for trials and small teams. */
const PEOPLE = 20_000;
const ROUNDS = 3;

/** A domain that is being deleted, its people all with identity and membership. */
async function toDelete(db: Database, team: string, connection: string, name: string): Promise<string> {
  const id = await seedDomain(db, team, name, 'Deleting');
  await seedUsers(db, name, { count: PEOPLE, teamId: team, viaDomainId: id });
  await db.query(sql`
    insert into identities (connection_id, subject, name_id, user_id, domain_id, created_at, last_seen_at)
    select ${connection}::text, ${name}::text || id, 'name', id, ${id}::text, now(), now()
    from users where domain = ${name}::text`);
  await db.query(sql.raw('analyze'));
  return id;
}

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (PEOPLE * 1000) / (performance.now() - started);
}

/** j on the embedded database: the job as it runs against one statement. */
export const deletionEmbedded: NonNullable<Row['embedded']> = async () => {
  const folders = await dataFolders(async () => undefined);
  const db = await openDatabase({ dataDir: await folders.copy() });
  try {
    const team = await seedTeam(db);
    const connection = await seedConnection(db, team, 'Okta');
    const rounds: { job: number; statement: number }[] = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      const name = `a${n}.example`;
      const inBatches = await toDelete(db, team, connection, name);
      await db.query(sql`
        insert into deletions (id, team_id, domain_id, domain_name, asked_by, status, total, started_at, moved_at)
        values (${`x${n}`}, ${team}, ${inBatches}, ${name}, 'U0ADMIN', 'Running', ${PEOPLE}::int, now(), now())`);
      const job = deletionJob({ db, clock: systemClock, log: createLog('silent') });
      const ours = await perSecond(() => job(`x${n}`, new AbortController().signal));
      const left = await db.query(sql`select from domains where id = ${inBatches}`);
      if (left.length > 0) throw new Error('the deletion did not end');
      const atOnce = await toDelete(db, team, connection, `b${n}.example`);
      const one = await perSecond(() =>
        db.query(sql`
          with m as (delete from memberships where via_domain_id = ${atOnce}::text),
            i as (delete from identities where domain_id = ${atOnce}::text)
          select 1`),
      );
      rounds.push({ job: ours, statement: one });
    }
    const ratio = median(rounds.map(({ job, statement }) => job / statement));
    return {
      shown: `${round(ratio)}× (${Math.round(median(rounds.map(({ job }) => job)))} users/s of ${PEOPLE})`,
      figures: rounds,
    };
  } finally {
    await db.close();
    await folders.remove();
  }
};
