import { addDays, addHours, addMinutes } from 'date-fns';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../db/client.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { createDue } from '../../src/worker/due/due.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { ADMIN, START, seedDeletion, seedRequest, seedTeam, TEAM_ID } from './seed.ts';

const log = pino({ level: 'silent' });
const DEADLINE = addHours(START, 24);

describe.each(ENGINES)('what is due, on %s', (engine) => {
  let db: TestDatabase;
  let others: Database[];
  let n = 0;
  let id: string;

  beforeAll(async () => {
    db = await testDatabase(engine);
    others = engine === 'postgres' ? [await db.another(), await db.another()] : [];
    await seedTeam(db);
  });
  beforeEach(async () => {
    id = `x${++n}`;
    await db.query(sql`truncate outbox, messages, installation, requests, domains, deletions cascade`);
  });
  afterAll(async () => {
    expect((await verifyAudit(db)).every(({ ok }) => ok)).toBe(true);
    for (const other of others) await other.close();
    await db.close();
  });

  /** Every process looks at the same moment; on the embedded database one looks twice. */
  async function look(now: Date): Promise<void> {
    const clock = { now: () => now };
    const each = [db, ...others].map((on) => createDue({ db: on, clock, log }));
    await Promise.all(each.map((due) => due.run()));
    await Promise.all(each.map((due) => due.run()));
  }
  const told = async (kind: string) =>
    (
      await db.query<{ payload: Record<string, never> & { document?: { text: string }; slackId?: string } }>(
        sql`select payload from outbox where kind = ${kind}::text order by id`,
      )
    ).map(({ payload }) => payload);
  const texts = async (kind: string) => (await told(kind)).map(({ document }) => document?.text);
  const status = async () =>
    (await db.query<{ status: string }>(sql`select status from requests where id = ${id}::text`))[0]?.status;

  it('reminds once, some hours before the deadline, those who have not decided', async () => {
    await seedRequest(db, id, { deadline: DEADLINE });
    await look(addHours(DEADLINE, -5));
    expect(await told('person')).toEqual([]);
    await look(addHours(DEADLINE, -4));
    await look(addHours(DEADLINE, -1));
    expect((await told('person')).map(({ slackId }) => slackId).sort()).toEqual(
      [PEOPLE.owner, PEOPLE.approver].sort(),
    );
    expect((await texts('person'))[0]).toMatch(
      /^Reminder: @\w+ asks for your approval: Turn off SSO for acme\.com/,
    );
    expect(await texts('thread')).toHaveLength(1);
  });

  it('does not remind those who decided already', async () => {
    await seedRequest(db, id, { deadline: DEADLINE });
    await db.query(sql`
      insert into decisions (request_id, requester, slack_id, verdict, decided_at)
      values (${id}::text, ${ADMIN}::text, ${PEOPLE.owner}::text, 'approve', ${START}::timestamptz)`);
    await look(addHours(DEADLINE, -2));
    expect((await told('person')).map(({ slackId }) => slackId)).toEqual([PEOPLE.approver]);
  });

  it('lets a request expire once, and tells the card, its thread and the requester', async () => {
    await seedRequest(db, id, { deadline: DEADLINE });
    await look(addMinutes(DEADLINE, -1));
    expect(await status()).toBe('Pending');
    await db.query(sql`truncate outbox`);
    await look(DEADLINE);
    expect(await status()).toBe('Expired');
    expect(await told('card')).toHaveLength(1);
    expect(await texts('thread')).toEqual([expect.stringMatching(/^Expired/)]);
    expect(await told('person')).toEqual([expect.objectContaining({ slackId: ADMIN })]);
    const entries = await db.query(
      sql`select actor, outcome from audit where body like ${`%"${id}"%`}::text`,
    );
    expect(entries).toEqual([{ actor: 'Drawbridge', outcome: 'Expired' }]);
  });

  it('lets a decision win that came before', async () => {
    await seedRequest(db, id, { deadline: DEADLINE });
    await db.query(sql`update requests set status = 'Rejected' where id = ${id}::text`);
    await look(addDays(DEADLINE, 1));
    expect(await status()).toBe('Rejected');
    expect(await told('card')).toEqual([]);
  });

  it('warns of dropping an unproved domain, drops it days later, and never one that was proved', async () => {
    await db.query(sql`
      insert into domains (id, team_id, name, state, token, added_at, added_by)
      select name, ${TEAM_ID}::text, name, 'Unverified', 't', ${START}::timestamptz, ${ADMIN}::text
      from unnest(array['slow.com', 'proved.com']) as name`);
    await look(addDays(START, 24));
    expect(await texts('channel')).not.toContainEqual(expect.stringMatching(/dropped/));
    await look(addDays(START, 25));
    const warnings = async () =>
      (await texts('channel')).filter((text) => /will be dropped/.test(text ?? ''));
    expect(await warnings()).toHaveLength(2);
    await db.query(sql`update domains set state = 'Verified' where id = 'proved.com'`);
    await look(addDays(START, 30));
    expect(await db.query(sql`select name from domains`)).toEqual([{ name: 'proved.com' }]);
    expect((await texts('channel')).filter((text) => /was dropped/.test(text ?? ''))).toEqual([
      'slow.com was dropped, because it was not verified for 30 days.',
    ]);
    expect(await db.query(sql`select key from installation where key like 'domain-warned:%'`)).toEqual([]);
  });

  it('does not drop a domain unwarned, however late it looks', async () => {
    await db.query(sql`
      insert into domains (id, team_id, name, state, token, added_at, added_by)
      values ('late.com', ${TEAM_ID}::text, 'late.com', 'Unverified', 't', ${START}::timestamptz, ${ADMIN}::text)`);
    await look(addDays(START, 100));
    expect(await db.query(sql`select name from domains`)).toEqual([{ name: 'late.com' }]);
    await look(addDays(START, 105));
    expect(await db.query(sql`select name from domains`)).toEqual([]);
  });

  it('posts the head of the audit chain once a day, when it has grown', async () => {
    await seedRequest(db, id, { deadline: DEADLINE });
    await look(addDays(START, 2));
    const heads = async () => (await texts('channel')).filter((text) => /audit trail/.test(text ?? ''));
    expect(await heads()).toHaveLength(1);
    const [head] = await db.query<{ hash: string }>(sql`select hash from audit_heads`);
    expect((await heads())[0]).toContain(head?.hash);
    await look(addDays(START, 3));
    expect(await heads()).toHaveLength(1);
    await seedRequest(db, `${id}b`, { deadline: DEADLINE });
    await look(addDays(START, 4));
    await look(addHours(START, 4 * 24 + 1));
    expect(await heads()).toHaveLength(2);
    await look(addDays(START, 5));
    expect(await heads()).toHaveLength(2);
  });

  it('starts a deletion again whose job has vanished, once a minute', async () => {
    await seedDeletion(db, { people: 3 });
    await look(addMinutes(START, 0.5));
    expect(await told('job')).toEqual([]);
    await look(addMinutes(START, 2));
    expect(await told('job')).toEqual([{ name: 'deletion', data: { deletion: 'del1' } }]);
    await look(addMinutes(START, 3));
    expect(await told('job')).toHaveLength(2);
  });

  it('posts a card that is missing, unless its channel is known not to take it', async () => {
    await seedRequest(db, id, { deadline: DEADLINE });
    await db.query(sql`
      insert into installation (key, value)
      values (${`channel-trouble:${TEAM_ID}`}::text, ${`${CHANNELS.notifications} not_in_channel`}::text)`);
    await look(addMinutes(START, 5));
    expect(await told('card')).toEqual([]);
    await db.query(sql`delete from installation`);
    await look(addMinutes(START, 6));
    expect((await told('card'))[0]).toEqual({ key: `request:${id}` });
    await db.query(sql`truncate outbox`);
    await db.query(sql`
      insert into messages (key, workspace_id, channel, ts, shown, updated_at)
      values (${`request:${id}`}::text, 'T', 'C', '1.1', 'h', ${START}::timestamptz)`);
    await look(addMinutes(START, 7));
    expect(await told('card')).toEqual([]);
  });

  it('sweeps what has served its time and keeps what has not', async () => {
    await db.query(sql`
      insert into outbox (workspace_id, kind, lane, payload, created_at, due_at, sent_at, dropped_at)
      select 'T', 'old', 'l', '{}', ${START}::timestamptz, ${START}::timestamptz, s, d from (values
        (${START}::timestamptz, null::timestamptz), (null, ${START}::timestamptz), (null, null)) as v(s, d)`);
    await look(addDays(START, 4));
    expect(await db.query(sql`select 1 from outbox where kind = 'old'`)).toHaveLength(2);
    await look(addDays(START, 40));
    expect(await db.query(sql`select 1 from outbox where kind = 'old'`)).toHaveLength(1);
  });
});
