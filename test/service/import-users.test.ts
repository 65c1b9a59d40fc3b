import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { movableClock } from '../../src/clock.ts';
import { importUsers as operation } from '../../src/operations/import-users.ts';
import { operations } from '../../src/operations/index.ts';
import type { AnyOperation } from '../../src/service/context.ts';
import { createService } from '../../src/service/create.ts';
import type { Facts } from '../../src/service/facts/facts.ts';
import { importUsers } from '../../src/service/import-users.ts';
import { plain } from '../../src/words/document.ts';
import { tools } from '../support/ask.ts';
import { ENGINES, type TestDatabase, testDatabase } from '../support/database.ts';
import { ADMIN, START, seedDomain, seedTeam, TEAM_ID, WORKSPACE_ID } from '../worker/seed.ts';

describe.each(ENGINES)('importing users on %s', (engine) => {
  let db: TestDatabase;
  let n = 0;
  let domain: string;
  let name: string;

  beforeAll(async () => {
    db = await testDatabase(engine);
    await seedTeam(db);
  });
  beforeEach(async () => {
    n += 1;
    domain = `d${n}`;
    name = `acme${n}.com`;
    await seedDomain(db, { id: domain, name });
  });
  afterAll(() => db.close());

  async function facts(): Promise<Facts> {
    const service = createService({
      db,
      clock: movableClock(),
      log: pino({ level: 'silent' }),
      installation: { publicUrl: 'http://localhost:3000', supportContact: null },
      tools: tools(),
      operations,
    });
    const opening = await service.open(
      operation as AnyOperation,
      { workspaceId: WORKSPACE_ID, slackId: ADMIN },
      { domainId: domain },
    );
    if (opening.type !== 'open') throw new Error(JSON.stringify(opening));
    return opening.facts;
  }
  const user = (local: string) => ({ email: `${local}@${name}`, firstName: 'First', lastName: 'Last' });
  const counts = async () => {
    const [row] = await db.query<Record<string, number>>(sql`
      select (select count(*) from users where domain = ${name}::text) as users,
        (select count(*) from memberships where via_domain_id = ${domain}::text) as members,
        (select coalesce(sum(people), 0) from user_counts where domain = ${name}::text) as counted,
        (select count(*) from audit where subject_name = ${name}::text) as audited,
        (select count(*) from outbox where payload::text like ${`%${name}%`}::text) as told`);
    return row;
  };

  it('makes accounts, and gives those that exist the membership only', async () => {
    await db.query(sql`
      insert into users (email, domain, first_name, last_name, password_hash, created_at)
      values (${`old@${name}`}::text, ${name}::text, 'Old', 'Name', 'kept', ${START}::timestamptz)`);
    const outcome = await importUsers(db, {
      facts: await facts(),
      users: [user('b'), user('old'), user('a')],
      now: START,
    });
    expect(outcome).toMatchObject({ type: 'done' });
    if (outcome === 'stale' || outcome.type !== 'done') return;
    expect(outcome.document.text).toBe(
      `Imported 3 users of ${name}: 2 new accounts, 3 people new in the team.`,
    );
    expect(await counts()).toEqual({ users: 3, members: 3, counted: 3, audited: 1, told: 1 });
    expect(
      await db.query(sql`select first_name, password_hash from users where email = ${`old@${name}`}::text`),
    ).toEqual([{ first_name: 'Old', password_hash: 'kept' }]);
    const again = await importUsers(db, { facts: await facts(), users: [user('a')], now: START });
    expect(JSON.stringify(again)).toMatch(/0 new accounts, 0 people new in the team, 1 in the team already/);
  });

  it.each([
    ['the domain has changed', sql`update domains set version = version + 1`],
    ['the domain is being deleted', sql`update domains set state = 'Deleting'`],
    ['a role has changed', sql`update teams set version = version + 1`],
  ])('changes nothing when %s since', async (_, change) => {
    const before = await facts();
    await db.query(change);
    expect(await importUsers(db, { facts: before, users: [user('a')], now: START })).toBe('stale');
    expect(await counts()).toEqual({ users: 0, members: 0, counted: 0, audited: 0, told: 0 });
    await db.query(sql`update domains set state = 'Verified' where state = 'Deleting'`);
  });

  it('is refused as a whole, with the bad rows, when one of them is not right', async () => {
    const file = new TextEncoder().encode(
      `email,first name,last name\na@${name},A,A\nb@elsewhere.com,B,B\n${'nobody,N,N\n'.repeat(30)}`,
    );
    const prepared = await operation.prepare?.(
      await facts(),
      { domain, file: [{ name: 'users.csv', bytes: file }] },
      tools(),
    );
    if (!prepared || prepared.ok || !('refusal' in prepared)) throw new Error(JSON.stringify(prepared));
    expect(plain(prepared.refusal.text)).toBe(
      'Nobody was imported, because 31 of 32 rows cannot be used: correct the file and upload it again.',
    );
    const shown = JSON.stringify(prepared.refusal.parts);
    expect(shown).toContain(`Line 3: “b@elsewhere.com” is not an address of ${name}.`);
    expect(shown).toContain('And 11 more rows like these.');
    expect(prepared.refusal.steps?.[0]?.kind).toBe('user.import');
  });

  it('takes 100,000 users in one go', { timeout: 120_000 }, async () => {
    const users = Array.from({ length: 100_000 }, (_, i) => user(`user${i}`));
    const outcome = await importUsers(db, { facts: await facts(), users, now: START });
    expect(JSON.stringify(outcome)).toMatch(/100,000 new accounts/);
    expect(await counts()).toMatchObject({ users: 100_000, members: 100_000, counted: 100_000 });
    expect(
      await db.query(
        sql`select people from member_counts where domain = ${name}::text and team_id = ${TEAM_ID}::text`,
      ),
    ).toEqual([{ people: 100_000 }]);
  });
});
