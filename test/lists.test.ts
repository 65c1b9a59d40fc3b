import { parse } from 'csv-parse/sync';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendAudit } from '../src/service/audit.ts';
import { createLists, searchOptions } from '../src/service/lists/index.ts';
import type { Lists, Page } from '../src/service/lists/lists.ts';
import { csvLine } from '../src/words/csv.ts';
import { ENGINES, type TestDatabase, testDatabase } from './support/database.ts';
import { PEOPLE, seedConnection, seedDomain, seedTeam, seedUsers, WORKSPACE } from './support/seed.ts';

const NOW = new Date('2026-03-01T09:00:00Z');

/** All rows of a list, and how many came with each page. */
async function everything<Row>(list: (after?: string) => Promise<Page<Row>>) {
  const rows: Row[] = [];
  const sizes: number[] = [];
  let after: string | undefined;
  do {
    const page: Page<Row> = await list(after);
    rows.push(...page.rows);
    sizes.push(page.rows.length);
    after = page.next;
    if (sizes.length > 50) throw new Error('the list does not end');
  } while (after !== undefined);
  return { rows, sizes };
}

describe.each(ENGINES)('lists on %s', (engine) => {
  let db: TestDatabase;
  let lists: Lists;
  let teamId: string;
  let otherId: string;
  let okta: string;

  beforeAll(async () => {
    db = await testDatabase(engine);
    lists = createLists(db);
    teamId = await seedTeam(db);
    otherId = await seedTeam(db, 'Other', 'C0OTHER');
    okta = await seedConnection(db, teamId);
    for (let n = 0; n < 25; n++) await seedDomain(db, teamId, `d${String(n).padStart(2, '0')}.test`);
    await seedDomain(db, otherId, 'elsewhere.test');
  });
  afterAll(() => db.close());

  const audit = (entries: { team?: string; name: string; detail?: Record<string, unknown> }[]) =>
    db.query(
      appendAudit(
        entries.map(({ team = teamId, name, detail = {} }) => ({
          teamId: team,
          actor: PEOPLE.admin,
          kind: 'domain.add',
          outcome: 'Done',
          subjectName: name,
          detail,
        })),
        NOW,
      ),
    );

  test('domains go on where the page before ended, each once, by name, of the team alone', async () => {
    const { rows, sizes } = await everything((after) => lists.domains(teamId, after));
    expect(sizes).toEqual([10, 10, 5]);
    expect(rows.map(({ name }) => name)).toEqual(
      Array.from({ length: 25 }, (_, n) => `d${String(n).padStart(2, '0')}.test`),
    );
  });

  test('a position that is none, or of another list, begins anew', async () => {
    const first = await lists.domains(teamId);
    for (const after of ['', 'nonsense', '☃', btoa('[1,2]'), btoa('["a\\u0000"]'), btoa('{}')])
      expect(await lists.domains(teamId, after)).toEqual(first);
    expect((await lists.requests(teamId, btoa('["not a date","x"]'))).rows).toEqual([]);
  });

  test('domains tell of their connection, and of people only when the domain is proven', async () => {
    const linked = await seedDomain(
      db,
      otherId,
      'a.test',
      'SSO off',
      await seedConnection(db, otherId, 'Entra'),
    );
    await seedDomain(db, otherId, 'b.test', 'Unverified');
    await seedUsers(db, 'a.test', { count: 3 });
    await seedUsers(db, 'b.test', { count: 4 });
    const [a, b] = (await lists.domains(otherId)).rows;
    expect(a).toMatchObject({ id: linked, state: 'SSO off', connectionName: 'Entra', people: 3 });
    expect(b).toMatchObject({ name: 'b.test', connectionId: null, connectionName: null, people: 0 });
  });

  test('users say how each signs in, by pages; nobody while the domain is not proven', async () => {
    const domainId = await seedDomain(db, teamId, 'users.test', 'SSO on', okta);
    await seedUsers(db, 'users.test', { count: 12, withPassword: 2, teamId, viaDomainId: domainId });
    await db.query(sql`
      insert into identities (connection_id, subject, name_id, user_id, domain_id, created_at, last_seen_at)
      select ${okta}, 's', 'n', max(id), ${domainId}, ${NOW}::timestamptz, ${NOW}::timestamptz
      from users where domain = 'users.test'`);
    const { rows, sizes } = await everything((after) => lists.users(domainId, after));
    expect(sizes).toEqual([10, 2]);
    expect(new Set(rows.map(({ email }) => email)).size).toBe(12);
    expect(rows.filter(({ hasPassword }) => hasPassword)).toHaveLength(2);
    expect(rows.filter(({ hasIdentity }) => hasIdentity)).toHaveLength(1);
    expect(rows.every(({ viaDomain }) => viaDomain)).toBe(true);
    expect(JSON.stringify(rows)).not.toContain('hash"');
    const unproven = await seedDomain(db, otherId, 'unproven.test', 'Unverified');
    await seedUsers(db, 'unproven.test', { count: 1 });
    expect((await lists.users(unproven)).rows).toEqual([]);
  });

  test('requests that are open, the oldest first, with moments and decisions; ended ones are gone', async () => {
    const add = async (n: number, ...then: string[]) => {
      const id = `r${String(n).padStart(2, '0')}`;
      await db.query(sql`
        insert into requests (id, team_id, workspace_id, kind, subject_id, subject_name, act, checks, input, asks,
          bound, impact, reason, requester, needed, approvals, status, created_at, deadline)
        values (${id}, ${teamId}, ${WORKSPACE}, 'domain.off', ${`s${n}`}, 'x.test', 'Act', '[]', '{}', '{}', '{}',
          '{"people":0,"teams":[],"lines":[]}', 'Why', ${PEOPLE.admin}, 2, 0, 'Pending',
          ${new Date(NOW.getTime() + Math.floor(n / 4))}::timestamptz, ${NOW}::timestamptz)`);
      for (const approver of then.includes('Approved') ? [PEOPLE.approver, PEOPLE.second] : [])
        await db.query(sql`
          insert into decisions (request_id, requester, slack_id, verdict, decided_at)
          values (${id}, ${PEOPLE.admin}, ${approver}, 'approve', ${NOW}::timestamptz)`);
      for (const status of then)
        await db.query(
          sql`update requests set status = ${status}, approvals = ${status === 'Approved' ? 2 : 0} where id = ${id}`,
        );
    };
    for (let n = 0; n < 12; n++) await add(n, ...(n === 5 ? ['Approved'] : []));
    await add(12, 'Rejected');
    await db.query(sql`
      insert into decisions (request_id, requester, slack_id, verdict, comment, decided_at)
      values ('r03', ${PEOPLE.admin}, ${PEOPLE.approver}, 'approve', 'Fine', ${NOW}::timestamptz)`);
    const { rows, sizes } = await everything((after) => lists.requests(teamId, after));
    expect(sizes).toEqual([10, 2]);
    expect(rows.map(({ id }) => id)).toEqual(
      Array.from({ length: 12 }, (_, n) => `r${String(n).padStart(2, '0')}`),
    );
    expect(rows[0]).toMatchObject({ act: 'Act', createdAt: NOW, endedAt: null, decisions: [] });
    expect(rows[3]?.decisions).toEqual([
      { slackId: PEOPLE.approver, verdict: 'approve', comment: 'Fine', decidedAt: NOW },
    ]);
    expect(await lists.overview(teamId)).toEqual({
      domains: await lists.domains(teamId),
      requests: await lists.requests(teamId),
    });
    const second = (await lists.domains(teamId)).next;
    expect((await lists.overview(teamId, second)).domains).toEqual(await lists.domains(teamId, second));
  });

  test('history goes back in time; pages about a name stay with it', async () => {
    await audit(
      Array.from({ length: 30 }, (_, n) => ({
        name: n % 2 ? 'Odd' : 'even.test',
        detail: { act: `Act ${n}`, reason: 'Why', secret: 'not shown' },
      })),
    );
    await audit([{ team: otherId, name: 'Odd' }]);
    const all = await everything((after) => lists.history(teamId, null, after));
    expect(all.rows).toHaveLength(30);
    expect(all.rows.map(({ seq }) => seq)).toEqual([...all.rows.map(({ seq }) => seq)].sort((a, b) => b - a));
    expect(all.rows[0]).toMatchObject({ at: NOW, detail: { act: 'Act 29', reason: 'Why' } });
    expect(all.rows[0]?.detail).not.toHaveProperty('secret');
    const first = await lists.history(teamId, 'Odd');
    expect(first.name).toBe('Odd');
    const second = await lists.history(teamId, null, first.next);
    expect(second).toMatchObject({ name: 'Odd' });
    expect([...first.rows, ...second.rows].map(({ subjectName }) => subjectName)).toEqual(
      Array(15).fill('Odd'),
    );
    expect((await lists.history(teamId, 'odd')).rows).toEqual([]);
  });

  test('an export has every entry once, the oldest first, and runs nothing in a spreadsheet', async () => {
    const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '"; =1', 'a\n=1', 'a,b', "='x'!A1"];
    const team = await seedTeam(db, 'Exported', 'C0EXPORT');
    await audit(evil.map((act) => ({ team, name: 'evil.test', detail: { act, note: 'n' } })));
    for (let n = 0; n < 3; n++)
      await audit(
        Array.from({ length: 400 }, (_, m) => ({ team, name: 'many.test', detail: { act: `${n}/${m}` } })),
      );
    const pieces: string[] = [];
    for await (const piece of lists.historyCsv(team, null)) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(3);
    const text = pieces.join('');
    expect(text.charCodeAt(0)).toBe(0xfeff);
    const [header, ...rows] = parse(text, { bom: true }) as string[][];
    expect(header).toHaveLength(9);
    expect(rows).toHaveLength(evil.length + 1200);
    expect(rows.map(([seq]) => Number(seq))).toEqual(rows.map((_, n) => n + 1));
    const shown = rows.slice(0, evil.length).map((row) => row[6]);
    expect(shown.map((cell) => cell?.replace(/^'/, ''))).toEqual(evil);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@＝]/);
    const about: string[] = [];
    for await (const piece of lists.historyCsv(team, 'evil.test')) about.push(piece);
    expect(parse(about.join(''), { bom: true })).toHaveLength(evil.length + 1);
  });

  describe('search', () => {
    let bigId: string;
    beforeAll(async () => {
      bigId = await seedTeam(db, 'Big', 'C0BIG');
      await db.query(sql`
        insert into domains (id, team_id, name, state, token, added_at, added_by)
        select 'big' || n, ${bigId}, 'big' || lpad(n::text, 4, '0') || '.test', 'Unverified', 't', ${NOW}::timestamptz, 'U'
        from generate_series(1, 1500) n`);
    });
    const labels = async (team: string, among: Parameters<typeof searchOptions>[2], words: string) =>
      (await searchOptions(db, team, among, words)).map(({ label }) => label);

    test('finds names by their beginning first, then by their middle, at most 100', async () => {
      expect((await labels(teamId, 'domains', 'd1')).slice(0, 3)).toEqual([
        'd10.test',
        'd11.test',
        'd12.test',
      ]);
      expect(await labels(teamId, 'domains', ' SERS ')).toEqual(['users.test']);
      expect(await labels(teamId, 'domains', '')).toHaveLength(26);
      expect(await labels(bigId, 'domains', '')).toHaveLength(100);
      expect(await labels(bigId, 'domains', 'big1499')).toEqual(['big1499.test']);
    });

    test('takes no wildcards and no tricks', async () => {
      for (const words of ['%', '_', 'd__', '\\', "'; drop table domains; --", 'd\0'.repeat(200)])
        expect(await labels(teamId, 'domains', words)).toEqual([]);
    });

    test('offers verified domains only where these are asked for', async () => {
      const found = await labels(teamId, 'verifiedDomains', '');
      expect(found).toContain('d00.test');
      expect(found).not.toContain('users.test');
      expect(await labels(bigId, 'verifiedDomains', 'big')).toEqual([]);
    });

    test('finds connections of the team and other teams of the workspace', async () => {
      expect(await labels(teamId, 'connections', 'KT')).toEqual(['Okta']);
      expect(await labels(teamId, 'connections', 'Entra')).toEqual([]);
      expect(await labels(teamId, 'otherTeams', 'o')).toEqual(['Exported', 'Other']);
      expect(await labels(otherId, 'otherTeams', 'other')).toEqual([]);
    });

    test('finds the beginning of a name by its index, whatever the team owns', async () => {
      const plan = await db.transaction(async (tx) => {
        await tx.query(sql`analyze domains`);
        await tx.query(sql`set local plan_cache_mode = force_generic_plan`);
        return tx.query(sql`
          explain (format json) select id from domains
          where team_id = ${bigId} and name ~>=~ ${'big1'} and name ~<~ ${'big1~'}
          order by name using ~<~ limit 100`);
      });
      expect(JSON.stringify(plan)).toContain('domains_search');
    });
  });
});

test('a line of CSV ends as RFC 4180 says and doubles quotes', () => {
  expect(csvLine(['a', 'b"c', 'd\r\ne', ''])).toBe('a,"b""c","d\r\ne",\r\n');
});
