import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { operations } from '../../src/operations/index.ts';
import type { Tools } from '../../src/operations/operation.ts';
import type { AnyOperation } from '../../src/service/context.ts';
import { createService } from '../../src/service/create.ts';
import { newId } from '../../src/service/ids.ts';
import type { Outcome, Service } from '../../src/service/service.ts';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { PEOPLE, seedConnection, seedDomain, seedTeam, seedUsers, WORKSPACE } from '../support/seed.ts';

const tools: Tools = {
  lookForProof: async () => ({ found: true }),
  fetchMetadata: async () => ({ ok: false, message: 'not used here' }),
  publicUrl: 'http://localhost:3000',
  supportContact: null,
  newId,
};

const op = (kind: string) => operations.find((o) => o.kind === kind) as AnyOperation;
const as = (who: keyof typeof PEOPLE) => ({ workspaceId: WORKSPACE, slackId: PEOPLE[who] });

describe.each(ENGINES)('the engine on %s', (engine) => {
  let db: TestDatabase;
  let service: Service;
  let teamId: string;
  let connectionId: string;
  const clock = movableClock();

  beforeAll(async () => {
    db = await testDatabase(engine);
    teamId = await seedTeam(db);
    connectionId = await seedConnection(db, teamId);
    service = createService({
      db,
      clock,
      log: pino({ level: 'silent' }),
      installation: { publicUrl: 'http://localhost:3000', supportContact: null },
      tools,
      operations,
    });
  });
  afterAll(async () => {
    expect((await verifyAudit(db)).every((check) => check.ok)).toBe(true);
    await db.close();
  });

  const stateOf = async (id: string) =>
    (await db.query<{ state: string }>(sql`select state from domains where id = ${id}`))[0]?.state;
  const statusOf = async (id: string) =>
    (await db.query<{ status: string }>(sql`select status from requests where id = ${id}`))[0]?.status;
  const asked = (outcome: Outcome): string => {
    if (outcome.type !== 'asked') throw new Error(`not asked but ${JSON.stringify(outcome)}`);
    return outcome.requestId;
  };
  const domainOn = (name: string) => seedDomain(db, teamId, name, 'SSO on', connectionId);
  const askOff = async (domainId: string) =>
    asked(await service.submit(op('domain.off'), as('admin'), { domainId }, { reason: 'Moving away' }));

  it('runs a change in the same write as its last approval, and tells it', async () => {
    const domainId = await domainOn('one.test');
    await seedUsers(db, 'one.test', { count: 12, withPassword: 5, teamId, viaDomainId: domainId });
    const requestId = await askOff(domainId);
    expect(await stateOf(domainId)).toBe('SSO on');
    const outcome = await service.decide(as('approver'), requestId, 'approve', null);
    expect(outcome.type).toBe('done');
    expect(await stateOf(domainId)).toBe('SSO off');
    expect(await statusOf(requestId)).toBe('Done');
    const trail = await db.query<{ outcome: string }>(
      sql`select outcome from audit where team_id = ${teamId} and subject_name = 'one.test' order by seq`,
    );
    expect(trail.map((row) => row.outcome)).toEqual(['Asked', 'Done']);
  });

  it('lets exactly one of many decisions win', async () => {
    const domainId = await domainOn('race.test');
    const requestId = await askOff(domainId);
    const outcomes = await Promise.all([
      service.decide(as('approver'), requestId, 'approve', null),
      service.decide(as('second'), requestId, 'reject', 'No'),
      service.decide(as('owner'), requestId, 'approve', null),
      service.decide(as('admin'), requestId, 'withdraw', null),
    ]);
    expect(outcomes.filter((o) => o.type === 'done')).toHaveLength(1);
    expect(outcomes.filter((o) => o.type === 'refused')).toHaveLength(3);
  });

  it('refuses a second request for the same thing, also when both come at once', async () => {
    const domainId = await domainOn('twice.test');
    const both = await Promise.all(
      (['admin', 'owner'] as const).map((who) =>
        service.submit(op('domain.off'), as(who), { domainId }, { reason: 'x' }),
      ),
    );
    expect(both.map((o) => o.type).sort()).toEqual(['asked', 'refused']);
  });

  it('never lets the requester decide, nor anybody without the role', async () => {
    const requestId = await askOff(await domainOn('own.test'));
    expect(await service.decide(as('admin'), requestId, 'approve', null)).toMatchObject({
      type: 'refused',
      refusal: { code: 'ownRequest' },
    });
    expect(await service.decide(as('bystander'), requestId, 'approve', null)).toMatchObject({
      refusal: { code: 'notApprover' },
    });
    expect(await service.decide(as('guest'), requestId, 'approve', null)).toMatchObject({
      refusal: { code: 'guest' },
    });
  });

  it('is void when what it was approved on has changed', async () => {
    const domainId = await domainOn('void.test');
    const requestId = await askOff(domainId);
    await seedUsers(db, 'void.test', { count: 20, teamId, viaDomainId: domainId });
    const outcome = await service.decide(as('approver'), requestId, 'approve', null);
    expect(outcome).toMatchObject({ type: 'refused', refusal: { code: 'void' } });
    expect(await statusOf(requestId)).toBe('Void');
    expect(await stateOf(domainId)).toBe('SSO on');
  });

  it('counts a role that was taken away in between', async () => {
    const domainId = await domainOn('role.test');
    const requestId = await askOff(domainId);
    await service.people.keep(WORKSPACE, [
      {
        slackId: PEOPLE.second,
        name: 's',
        timeZone: 'UTC',
        slackAdmin: false,
        guest: false,
        deactivated: true,
      },
    ]);
    expect(await service.decide(as('second'), requestId, 'approve', null)).toMatchObject({
      refusal: { code: 'deactivated' },
    });
    await service.people.keep(WORKSPACE, [
      {
        slackId: PEOPLE.second,
        name: 's',
        timeZone: 'UTC',
        slackAdmin: false,
        guest: false,
        deactivated: false,
      },
    ]);
  });

  /** Has the database refuse to change a domain, as often as told. @returns what lets it change again */
  async function refusing(domainId: string, code: string, times: number): Promise<() => Promise<unknown>> {
    await db.transaction((tx) =>
      tx.script(`
        create sequence refused;
        create function refuse() returns trigger language plpgsql as $$ begin
          if new.id = '${domainId}' and nextval('refused') <= ${times} then
            raise exception 'not now' using errcode = '${code}';
          end if;
          return new;
        end $$;
        create trigger refuse before update on domains for each row execute function refuse();`),
    );
    return () =>
      db.transaction((tx) =>
        tx.script('drop trigger refuse on domains; drop function refuse; drop sequence refused'),
      );
  }

  it('says Failed and never Done when the change itself breaks, and tries it again without a new approval', async () => {
    const domainId = await domainOn('breaks.test');
    const requestId = await askOff(domainId);
    const mend = await refusing(domainId, 'XX000', 1000);
    for (const [who, verdict] of [['approver', 'approve'] as const, ['admin', 'retry'] as const]) {
      const outcome = await service.decide(as(who), requestId, verdict, null);
      expect(JSON.stringify(outcome)).toMatch(/This failed: Turn off SSO for breaks\.test\. .*Reference \w+/);
      expect(await stateOf(domainId)).toBe('SSO on');
      expect(await statusOf(requestId)).toBe('Failed');
    }
    await mend();
    expect((await service.decide(as('admin'), requestId, 'retry', null)).type).toBe('done');
    expect(await stateOf(domainId)).toBe('SSO off');
    expect(await statusOf(requestId)).toBe('Done');
  });

  it('runs an approved change once more when the database let another one win', async () => {
    const domainId = await domainOn('deadlock.test');
    const requestId = await askOff(domainId);
    const mend = await refusing(domainId, '40P01', 1);
    const outcome = await service.decide(as('approver'), requestId, 'approve', null);
    await mend();
    expect(outcome.type).toBe('done');
    expect(await statusOf(requestId)).toBe('Done');
  });

  it('keeps one audit chain without forks under many writers', async () => {
    const ids = await Promise.all(Array.from({ length: 16 }, (_, n) => domainOn(`many${n}.test`)));
    const outcomes = await Promise.all(
      ids.map((domainId) => service.submit(op('domain.off'), as('admin'), { domainId }, { reason: 'x' })),
    );
    expect(outcomes.map((o) => o.type)).toEqual(Array(16).fill('asked'));
    expect(await verifyAudit(db)).toMatchObject([{ ok: true }]);
  });

  it('offers the nearest name for a mistyped one', async () => {
    await seedDomain(db, teamId, 'nearby.test');
    const opening = await service.open(op('domain.unlink'), as('admin'), { words: 'nerby.test' });
    expect(opening).toMatchObject({
      type: 'refused',
      refusal: { code: 'unknownName', steps: [{ label: 'nearby.test' }] },
    });
  });
});
