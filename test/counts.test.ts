import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../db/client.ts';
import { ENGINES, type TestDatabase, testDatabase } from './support/database.ts';
import { seedConnection, seedDomain, seedTeam, seedUsers } from './support/seed.ts';

/** The counters beside what counting the rows gives. */
async function both(db: Database) {
  const [kept, counted] = await Promise.all([
    db.query(sql`
      select connection_id, domains, sso_on, people,
        (select coalesce(jsonb_object_agg(m.team_id, m.people), '{}') from connection_members m
          where m.connection_id = c.connection_id and m.people <> 0) as members
      from connection_counts c where (domains, sso_on, people) <> (0, 0, 0) order by connection_id`),
    db.query(sql`
      select d.connection_id, count(*)::int as domains, count(*) filter (where d.state = 'SSO on')::int as sso_on,
        (select count(*)::int from users u join domains o on o.name = u.domain
          where o.connection_id = d.connection_id and o.state = 'SSO on') as people,
        (select coalesce(jsonb_object_agg(team_id, n), '{}') from (
          select m.team_id, count(*) as n from memberships m join domains o on o.name = m.domain
          where o.connection_id = d.connection_id and o.state = 'SSO on' group by m.team_id) x) as members
      from domains d where d.connection_id is not null group by d.connection_id order by d.connection_id`),
  ]);
  return { kept, counted };
}

describe.each(ENGINES)('counters of connections and teams, on %s', (engine) => {
  let db: TestDatabase;
  let team: string;
  let other: string;
  let okta: string;
  let entra: string;

  beforeAll(async () => {
    db = await testDatabase(engine);
    team = await seedTeam(db);
    other = await seedTeam(db, 'Other', 'C0OTHER');
    okta = await seedConnection(db, team, 'Okta');
    entra = await seedConnection(db, team, 'Entra');
  });
  afterAll(() => db.close());

  const turn = (id: string, state: string, connection: string | null) =>
    db.query(sql`update domains set state = ${state}, connection_id = ${connection}::text where id = ${id}`);
  const agree = async () => {
    const { kept, counted } = await both(db);
    expect(kept).toEqual(counted);
    return kept;
  };

  it('follow domains and people through everything', async () => {
    const a = await seedDomain(db, team, 'a.example', 'SSO on', okta);
    const b = await seedDomain(db, team, 'b.example', 'SSO off', okta);
    await seedUsers(db, 'a.example', { count: 7, teamId: team, viaDomainId: a });
    await seedUsers(db, 'b.example', { count: 4, teamId: other });
    expect(await agree()).toMatchObject([{ domains: 2, sso_on: 1, people: 7, members: { [team]: 7 } }]);
    await turn(b, 'SSO on', okta);
    expect(await agree()).toMatchObject([{ domains: 2, sso_on: 2, people: 11, members: { [other]: 4 } }]);
    await db.query(sql`delete from memberships where team_id = ${other}`);
    await agree();
    await db.query(sql`update users set email = replace(email, '@a.', '@b.'), domain = 'b.example'
      where id in (select id from users where domain = 'a.example' order by id limit 3)`);
    await agree();
    await turn(a, 'SSO off', okta);
    await turn(a, 'Verified', null);
    expect(await agree()).toMatchObject([{ domains: 1, sso_on: 1, people: 7 }]);
    await turn(a, 'SSO off', entra);
    await db.query(sql`delete from users where domain = 'b.example'`);
    expect(await agree()).toMatchObject(
      [{ people: 0 }, { domains: 1, people: 0 }].sort(() => (okta < entra ? 0 : -1)),
    );
    await turn(b, 'SSO off', okta);
    await turn(b, 'Verified', null);
    await db.query(sql`delete from connections where id = ${okta}`);
    await agree();
    const left = await db.query(sql`
      select domains, (select count(*)::int from domains d where d.team_id = c.team_id) as counted
      from team_counts c where team_id = ${team}`);
    expect(left).toEqual([{ domains: 2, counted: 2 }]);
  });

  // Only a server has writers at once.
  if (engine !== 'postgres') return;
  it('agree when domains are turned while people come and go', async () => {
    const google = await seedConnection(db, team, 'Google');
    const names = ['x.example', 'y.example', 'z.example'];
    const ids = await Promise.all(names.map((name) => seedDomain(db, team, name, 'SSO off', google)));
    await Promise.all([
      ...ids.map(async (id) => {
        for (let n = 0; n < 15; n += 1) await turn(id, n % 2 === 0 ? 'SSO on' : 'SSO off', google);
      }),
      ...[...names, ...names].map(async (name, at) => {
        for (let n = 0; n < 15; n += 1) {
          await seedUsers(db, name, { count: 2, teamId: at < 3 ? team : other });
          if (n % 3 === 2) {
            await db.query(sql`delete from users where id in (
              select id from users where domain = ${name} order by id limit 1 for update skip locked)`);
          }
        }
      }),
      (async () => {
        for (let n = 0; n < 15; n += 1) {
          await db.query(sql`update domains set state = case state when 'SSO on' then 'SSO off' else 'SSO on' end
            where name in ('x.example', 'z.example')`);
        }
      })(),
    ]);
    await agree();
    // Whatever they were left as: with all on, nobody is missing who came while they were turned.
    for (const id of ids) await turn(id, 'SSO on', google);
    const kept = await agree();
    expect(kept.find((row) => row.connection_id === google)).toMatchObject({ sso_on: 3, people: 150 });
  });
});
