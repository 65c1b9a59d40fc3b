import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { operations } from '../../src/operations/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { createService } from '../../src/service/create.ts';
import { newId } from '../../src/service/ids.ts';
import type { Outcome, Reference, Service } from '../../src/service/service.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { plain } from '../../src/words/document.ts';
import { tools } from '../support/ask.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { PEOPLE, seedConnection, seedTeam, seedUsers, WORKSPACE } from '../support/seed.ts';

/** What operations say shall be so, made so: each effect they give, on a real schema. */
describe('the operations of a domain on a database', () => {
  let db: TestDatabase;
  let service: Service;
  let teamId: string;
  let connectionId: string;

  beforeAll(async () => {
    db = await testDatabase('pglite');
    teamId = await seedTeam(db);
    connectionId = await seedConnection(db, teamId);
    service = createService({
      db,
      clock: movableClock(),
      log: pino({ level: 'silent' }),
      installation: { publicUrl: 'https://sso.example', supportContact: null },
      tools: tools({ newId, lookForProof: async () => ({ found: true }) }),
      operations,
    });
  });
  afterAll(async () => {
    expect((await verifyAudit(db)).every((check) => check.ok)).toBe(true);
    await db.close();
  });

  const act = (kind: string, reference: Reference, input: unknown, who: keyof typeof PEOPLE = 'admin') =>
    service.submit(
      operations.find((one) => one.kind === kind) as Operation,
      { workspaceId: WORKSPACE, slackId: PEOPLE[who] },
      { teamId, ...reference },
      input,
    );
  const done = (outcome: Outcome) => {
    expect(outcome).toMatchObject({ type: 'done' });
    return outcome;
  };
  const approved = async (outcome: Outcome) => {
    if (outcome.type !== 'asked') throw new Error(`not asked but ${JSON.stringify(outcome)}`);
    done(
      await service.decide(
        { workspaceId: WORKSPACE, slackId: PEOPLE.approver },
        outcome.requestId,
        'approve',
        null,
      ),
    );
  };
  const refusal = (outcome: Outcome) =>
    outcome.type === 'refused' ? plain(outcome.refusal.text) : `not refused but ${outcome.type}`;
  const row = async (name: string) =>
    (
      await db.query<{ id: string; state: string; jit: boolean; connectionId: string | null }>(
        sql`select id, state, jit, connection_id as "connectionId" from domains where name = ${name} and team_id = ${teamId}`,
      )
    )[0];
  const added = async (name: string) => {
    done(await act('domain.add', {}, { domains: name }));
    return (await row(name))?.id as string;
  };

  test('its whole life: added, verified, linked, on, off, unlinked, deleted, kept', async () => {
    const domainId = await added('life.test');
    done(await act('domain.verify', { domainId }, {}));
    done(await act('domain.link', { domainId }, { domain: domainId, connection: connectionId }));
    expect(await row('life.test')).toMatchObject({ state: 'SSO off', connectionId });
    done(await act('domain.testers', { domainId }, { testUsers: 'anna@life.test\nbert@life.test' }));
    done(await act('domain.jit', { domainId }, { jit: true }));
    await approved(await act('domain.on', { domainId }, { reason: 'Ready' }));
    expect(await row('life.test')).toMatchObject({ state: 'SSO on', jit: true });
    expect(refusal(await act('domain.off', { domainId }, { reason: 'Moving' }))).toBe(
      'life.test still has 2 test users: remove them first.',
    );
    done(await act('domain.testers', { domainId }, {}));
    await approved(await act('domain.off', { domainId }, { reason: 'Moving' }));
    await approved(await act('domain.unlink', { domainId }, { reason: 'Moving' }));
    expect(await row('life.test')).toMatchObject({ state: 'Verified', connectionId: null });
    await approved(await act('domain.delete', { domainId }, { reason: 'Sold', confirm: 'Life.Test' }));
    expect((await row('life.test'))?.state).toBe('Deleting');
    const jobs = await db.query<{ name: string }>(
      sql`select payload->>'name' as name from outbox where kind = 'job' and payload->'data'->>'deletion' in (select id from deletions where domain_id = ${domainId})`,
    );
    expect(jobs).toEqual([{ name: 'deletion' }]);
    done(await act('deletion.cancel', { domainId }, {}));
    expect((await row('life.test'))?.state).toBe('Verified');
    done(await act('domain.jit', { domainId }, { jit: false }));
  });

  test('one that was never verified goes at once', async () => {
    const domainId = await added('gone.test');
    done(await act('domain.delete', { domainId }, { reason: 'Typed wrong', confirm: 'gone.test' }));
    expect(await row('gone.test')).toBeUndefined();
  });

  test('of two teams that want a name the first to prove it wins, and the other is told', async () => {
    const other = await seedTeam(db, 'Sales', 'C0SALES');
    const mine = await added('wanted.test');
    done(await act('domain.add', { teamId: other }, { domains: 'wanted.test' }));
    const [theirs] = await db.query<{ id: string }>(
      sql`select id from domains where name = 'wanted.test' and team_id = ${other}`,
    );
    done(await act('domain.verify', { domainId: mine }, {}));
    expect(refusal(await act('domain.verify', { teamId: other, domainId: theirs?.id }, {}))).toMatch(
      /^The team Acme has wanted\.test verified/,
    );
    const told = await db.query(
      sql`select from outbox where team_id = ${other} and payload->'document'->>'text' like 'wanted.test was verified by another team%'`,
    );
    expect(told).toHaveLength(1);
  });

  test('two hundred domains in one write, and as many linked', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `many${i}.test`);
    done(await act('domain.add', {}, { domains: names.join('\n') }));
    const rows = await db.query<{ id: string }>(
      sql`update domains set state = 'Verified' where name like 'many%' and team_id = ${teamId} returning id`,
    );
    const domains = rows.map(({ id }) => id);
    done(await act('domain.link', { connectionId }, { domains, connection: connectionId }));
    const [linked] = await db.query<{ count: number }>(
      sql`select count(*)::int as count from domains where name like 'many%' and connection_id = ${connectionId}`,
    );
    expect(linked?.count).toBe(200);
  });

  test('a person is invited with an account, or to the team alone', async () => {
    const domainId = await added('people.test');
    done(await act('domain.verify', { domainId }, {}));
    const input = { email: 'Dora@people.test', firstName: 'Dora', lastName: 'Doe' };
    done(await act('user.invite', {}, input));
    expect(refusal(await act('user.invite', {}, input))).toMatch(/^dora@people\.test is in Acme already/);
    const held = await db.query(
      sql`select from memberships m join users u on u.id = m.user_id where u.email = 'dora@people.test' and m.via_domain_id = ${domainId}`,
    );
    expect(held).toHaveLength(1);
    await seedUsers(db, 'people.test', { count: 1 });
    const [loose] = await db.query<{ email: string }>(
      sql`select email from users where domain = 'people.test' and email <> 'dora@people.test'`,
    );
    const outcome = done(await act('user.invite', {}, { ...input, email: loose?.email }));
    expect(outcome.type === 'done' && outcome.document.text).toContain('had an account already');
  });

  test('a team is set up by an owner, and changed with approval', async () => {
    const people = { admins: [PEOPLE.admin, PEOPLE.owner], approvers: [PEOPLE.approver] };
    const input = { name: 'Lab', channelId: 'C0LAB', ...people, approvalsNeeded: '1' };
    expect((await act('setup', {}, input)).type).toBe('refused');
    done(await act('setup', {}, input, 'owner'));
    expect((await act('setup', {}, { ...input, name: 'LAB' }, 'owner')).type).toBe('errors');
    const [lab] = await db.query<{ id: string }>(sql`select id from teams where name = 'Lab'`);
    const change = { ...input, approvers: [PEOPLE.approver, PEOPLE.second], approvalsNeeded: '2' };
    await approved(await act('settings', { teamId: lab?.id }, { ...change, 'needed:domain.on': '0' }));
    const [now] = await db.query<{ approvals: object; needed: number; approvers: number }>(sql`
      select approvals, approvals_needed as needed,
        (select count(*)::int from members m where m.team_id = t.id and m.approver) as approvers
      from teams t where id = ${lab?.id}`);
    expect(now).toEqual({ approvals: { 'domain.on': 0 }, needed: 2, approvers: 2 });
  });
});
