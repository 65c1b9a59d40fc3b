import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { type DeletionOptions, deletionJob } from '../../src/worker/deletion/job.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { START, seedDeletion, seedDomain, seedTeam } from './seed.ts';

const log = pino({ level: 'silent' });
const never = new AbortController().signal;

describe.each(ENGINES)('a deletion on %s', (engine) => {
  let db: TestDatabase;
  beforeEach(async () => {
    db = await testDatabase(engine);
    await seedTeam(db);
  });
  afterEach(async () => {
    expect((await verifyAudit(db)).every(({ ok }) => ok)).toBe(true);
    await db.close();
  });

  const clock = movableClock({ now: () => START });
  const jobOf = (options: Partial<DeletionOptions> = {}) =>
    deletionJob({ db, clock, log, batch: 100, pauseMs: 0, backOffMs: 1, ...options });
  const deletion = async () => {
    const [row] = await db.query<{
      status: string;
      total: number;
      released: number;
      attempts: number;
      problem: string | null;
    }>(sql`select status, total, released, attempts, problem from deletions where id = 'del1'`);
    return row;
  };
  const counts = async () => {
    const [row] = await db.query<Record<string, number>>(sql`
      select (select count(*) from users) as users,
        (select count(*) from users where password_hash is not null) as passwords,
        (select count(*) from memberships) as memberships, (select count(*) from identities) as identities,
        (select count(*) from domains) as domains,
        (select coalesce(sum(people), 0) from member_counts) as counted,
        (select coalesce(sum(people), 0) from user_counts) as accounts`);
    return row;
  };
  const told = async (kind: string) =>
    (
      await db.query<{ payload: { key?: string; document?: { text: string } } }>(
        sql`select payload from outbox where kind = ${kind}::text order by id`,
      )
    ).map(({ payload }) => payload.document?.text ?? payload.key);

  /** As the service does it, by the same condition. */
  const cancel = async (id: string) => {
    const kept = await db.query(sql`
      with cancelled as (
        update deletions set status = 'Cancelled', ended_at = ${START}::timestamptz
        where id = ${id}::text and status in ('Running', 'Stuck') and first_batch_at is null returning domain_id)
      update domains set state = 'Verified' from cancelled where domains.id = cancelled.domain_id returning id`);
    return kept.length === 1;
  };

  it('releases everybody who holds something through the domain, and nobody else', async () => {
    await seedDeletion(db, { people: 730 });
    await seedDomain(db, { id: 'dom2', name: 'other.com', people: 40 });
    // Invited before the domain was there: this access was not given by it.
    await db.query(sql`
      update memberships set via_domain_id = null
      where user_id in (select id from users where domain = 'acme.com' order by id limit 10)`);
    await jobOf()('del1', never);
    expect(await counts()).toEqual({
      users: 770,
      passwords: Math.floor(730 / 3) + Math.floor(40 / 3),
      memberships: 50,
      identities: 20,
      domains: 1,
      counted: 50,
      accounts: 770,
    });
    // Of the ten that were invited, those with an identity through the domain lose that one.
    expect(await deletion()).toEqual({
      status: 'Done',
      total: 725,
      released: 725,
      attempts: 0,
      problem: null,
    });
    expect(await db.query(sql`select status, version from requests where id = 'req-del1'`)).toEqual([
      { status: 'Done', version: 2 },
    ]);
  });

  it('tells each thing once: its beginning, its end, the person who asked', async () => {
    await seedDeletion(db, { people: 250 });
    await Promise.all([jobOf()('del1', never), jobOf()('del1', never)]);
    await jobOf()('del1', never);
    expect(await told('thread')).toEqual([
      expect.stringMatching(/^Begun\. 250 people will be released/),
      expect.stringMatching(/^Finished/),
    ]);
    expect(await told('person')).toEqual([expect.stringMatching(/^acme\.com was deleted\. 250 people/)]);
    expect((await told('card')).slice(-2)).toEqual(['deletion:del1', 'request:req-del1']);
    const audit = await db.query(sql`select kind, outcome, subject_name from audit`);
    expect(audit).toEqual([{ kind: 'domain.delete', outcome: 'Done', subject_name: 'acme.com' }]);
    expect(await deletion()).toMatchObject({ total: 250, released: 250 });
  });

  it('ends a domain that has nobody', async () => {
    await seedDeletion(db);
    await jobOf()('del1', never);
    expect(await deletion()).toMatchObject({ status: 'Done', total: 0, released: 0 });
    expect((await counts())?.domains).toBe(0);
  });

  it('does nothing once it was cancelled, and cannot be cancelled once the first batch ran', async () => {
    await seedDeletion(db, { people: 120 });
    const stop = new AbortController();
    const job = jobOf({ pauseMs: 60_000 })('del1', stop.signal);
    while ((await deletion())?.released === 0) await sleep(5);
    expect(await cancel('del1')).toBe(false);
    stop.abort(new Error('stopping'));
    await expect(job).rejects.toThrow();
    expect(await deletion()).toMatchObject({ status: 'Running', released: 100 });

    await seedDeletion(db, { id: 'del2', domain: 'dom2', name: 'kept.com', people: 30 });
    const before = await counts();
    expect(await cancel('del2')).toBe(true);
    await jobOf()('del2', never);
    expect(await counts()).toEqual(before);
  });

  it('goes on with the next batch after it was stopped', async () => {
    await seedDeletion(db, { people: 350 });
    const stop = new AbortController();
    const job = jobOf({ pauseMs: 30 })('del1', stop.signal);
    while (((await deletion())?.released ?? 0) < 200) await sleep(2);
    stop.abort(new Error('stopping'));
    await expect(job).rejects.toThrow();
    expect((await deletion())?.status).toBe('Running');
    await jobOf()('del1', never);
    expect(await deletion()).toMatchObject({ status: 'Done', total: 350, released: 350 });
  });

  it('tries a failing batch again, is Stuck in the end, says why, and goes on when asked to', async () => {
    await seedDeletion(db, { people: 250 });
    await db.transaction((tx) =>
      tx.script(`
        create function refuse() returns trigger language plpgsql as $$
        begin
          if old.user_id = (select max(id) - 40 from users) then raise exception 'no' using errcode = '55000'; end if;
          return old;
        end $$;
        create trigger refuse before delete on memberships for each row execute function refuse();`),
    );
    await jobOf()('del1', never);
    expect(await deletion()).toEqual({
      status: 'Stuck',
      total: 250,
      released: 200,
      attempts: 5,
      problem: expect.stringMatching(
        /^The database refused to release some people \(reference [0-9A-Z]{8}\)\.$/,
      ),
    });
    expect(await told('person')).toEqual([expect.stringMatching(/^Deleting acme\.com is stuck\./)]);
    expect((await told('card')).at(-1)).toBe('deletion:del1');
    expect(await db.query(sql`select outcome from audit`)).toEqual([{ outcome: 'Stuck' }]);
    expect(await db.query(sql`select status from requests where id = 'req-del1'`)).toEqual([
      { status: 'Approved' },
    ]);
    await db.query(sql`drop trigger refuse on memberships`);
    await jobOf()('del1', never);
    expect(await deletion()).toEqual({
      status: 'Done',
      total: 250,
      released: 250,
      attempts: 0,
      problem: null,
    });
    expect((await told('person')).slice(1)).toEqual([expect.stringMatching(/^acme\.com was deleted/)]);
  });

  it('is Stuck when nobody is left and the domain cannot go all the same', async () => {
    await seedDeletion(db, { people: 20 });
    await db.query(sql`update domains set state = 'Verified' where id = 'dom1'`);
    await jobOf()('del1', never);
    expect(await deletion()).toMatchObject({
      status: 'Stuck',
      problem: expect.stringMatching(/^Something unexpected/),
    });
    expect((await counts())?.domains).toBe(1);
  });

  it('draws the card every few seconds, not at every batch', async () => {
    await seedDeletion(db, { people: 300 });
    await jobOf({ batch: 10 })('del1', never);
    expect((await told('card')).filter((key) => key === 'deletion:del1').length).toBeLessThanOrEqual(3);
  });
});
