import { sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../../db/client.ts';
import { PEOPLE, seedConnection, seedDomain, seedTeam, seedUsers, WORKSPACE } from '../../support/seed.ts';

/** What the questions are about: rows that are the same in every size. */
export interface World {
  team: string;
  /** Half of the big team's domains sign in by it. */
  connection: string;
  /** Only what is named below is linked to it. */
  spare: string;
  domains: { big: string; on: string; off: string; verified: string; fresh: string };
}

/** Other teams that share what the big one does not own. */
const OTHERS = 50;

/** What is filled with as many rows as asked for. */
const LARGE = ['domains', 'users', 'memberships', 'identities', 'requests', 'audit', 'outbox'];

/**
 * Fills a database: so many domains and as many users, requests and audit entries, a tenth of each the big team's.
 * In bulk, without triggers and with most indexes made at the end, so that a million of each takes a minute or two;
 * rows lie in the order of time, as in real life. The counters are counted at the end as the triggers would have.
 * @param db an empty database with all tables
 * @param size how many of each
 */
export async function fill(db: Database, size: number): Promise<World> {
  const team = await seedTeam(db);
  const connection = await seedConnection(db, team, 'Okta');
  const spare = await seedConnection(db, team, 'Entra');
  const named = {
    big: await seedDomain(db, team, 'big.example', 'SSO on', connection),
    on: await seedDomain(db, team, 'on.example', 'SSO on', connection),
    off: await seedDomain(db, team, 'off.example', 'SSO off', spare),
    verified: await seedDomain(db, team, 'verified.example', 'Verified'),
    fresh: await seedDomain(db, team, 'fresh.example', 'Unverified'),
  };
  for (const name of ['on.example', 'off.example', 'verified.example']) {
    await seedUsers(db, name, { count: 5, withPassword: 2, teamId: team });
  }
  const filled = async (tx: Transaction): Promise<void> => {
    await tx.script(`
      set local statement_timeout = 0;
      set local session_replication_role = replica;
      set local work_mem = '256MB';
      set local maintenance_work_mem = '512MB'`);
    const indexes = await dropIndexes(tx);
    await tx.query(sql`
      insert into teams (id, workspace_id, name, name_key, channel_id, created_at)
      select 'team-' || n, ${WORKSPACE}, 'Team ' || n, 'team ' || n, 'C' || n, now()
      from generate_series(1, ${OTHERS}::int) n`);
    await tx.query(sql`
      insert into domains (id, team_id, name, state, connection_id, token, added_at, added_by, verified_at)
      select id, case when n % 10 = 0 then ${team}::text else 'team-' || (n % ${OTHERS}::int + 1) end,
        'd' || md5(n::text) || '.example', case when n % 20 = 0 then 'SSO on' else 'Verified' end,
        case when n % 20 = 0 then ${connection}::text end, 'token', now(), ${PEOPLE.admin}, now()
      from (${ids('domain', size)}) x`);
    // A tenth of the people have one domain, the others belong to the domains one by one.
    await tx.query(sql`
      insert into users (email, domain, first_name, last_name, password_hash, created_at)
      select 'user' || n || '@' || d, d, 'First', 'Last', case when n % 2 = 0 then 'hash' end, now()
      from (select n, case when n % 10 = 0 then 'big.example' else 'd' || md5((n + 10)::text) || '.example' end as d
        from generate_series(1, ${size}::int) n) x`);
    await tx.query(sql`
      insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
      select d.team_id, u.id, u.domain, d.id, now() from users u join domains d on d.name = u.domain
      where u.email like 'user%' order by u.id`);
    await tx.query(sql`
      insert into identities (connection_id, subject, name_id, user_id, domain_id, created_at, last_seen_at)
      select ${connection}, 'guid-' || u.id, u.email, u.id, ${named.big}, now(), now()
      from users u where u.domain = 'big.example' order by u.id`);
    await tx.query(sql`
      insert into requests (id, team_id, workspace_id, kind, subject_id, subject_name, act, checks, input, asks, bound,
        impact, requester, needed, status, created_at, deadline, ended_at)
      select id, case when n % 10 = 0 then ${team}::text else 'team-' || (n % ${OTHERS}::int + 1) end,
        ${WORKSPACE}, 'domain.off', md5(n::text), 'd' || n, 'Turn off SSO for d' || n, '[]', '{}', '{}', '{}',
        '{"people":0,"teams":[],"lines":[]}', ${PEOPLE.admin}, 1, case when n % 50 = 0 then 'Pending' else 'Rejected' end,
        now() - n * interval '1 second', now() + interval '3 days', case when n % 50 = 0 then null else now() end
      from (${ids('request', size)}) x`);
    await tx.query(sql`
      insert into audit (team_id, seq, at, actor, kind, outcome, subject_name, body, hash)
      select case when n % 10 = 0 then ${team}::text else 'team-' || (n % ${OTHERS}::int + 1) end, n, now(), ${PEOPLE.admin},
        'domain.off', 'Asked', case when n % 40 = 0 then 'on.example' else 'd' || n end, '{"detail":{"act":"Turn off"}}', md5(n::text)
      from generate_series(1, ${size}::int) n`);
    await tx.query(sql`
      insert into audit_heads (team_id, seq, hash) select team_id, max(seq), repeat('0', 64) from audit group by team_id
      on conflict (team_id) do nothing`);
    await tx.query(sql`
      insert into outbox (workspace_id, team_id, kind, lane, payload, created_at, due_at, sent_at)
      select ${WORKSPACE}, ${team}, 'channel', 'channel:' || ${team}::text, '{}', now(), now(), now()
      from generate_series(1, ${size}::int) n`);
    await count(tx);
    await tx.script(indexes.join(';\n'));
  };
  await db.transaction(filled, { unhurried: true });
  // Once the log is written: before, VACUUM would take no row for visible to all, and no index would answer alone.
  await db.query(sql`checkpoint`);
  // One by one, so that none of them takes longer than a statement may.
  const tables = await db.query<{ name: string }>(
    sql`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  for (const { name } of tables) await db.query(sql.raw(`vacuum "${name}"`));
  for (const { name } of tables) await db.query(sql.raw(`analyze "${name}"`));
  return { team, connection, spare, domains: named };
}

/** Numbers with ids as long and as random as real ones, the same at every run. */
function ids(of: string, size: number) {
  return sql`select n, left(md5(${of}::text || n), 16) as id from generate_series(1, ${size}::int) n`;
}

/** Drops the indexes of the large tables that no constraint rests on. @returns the statements that make them again */
async function dropIndexes(tx: Transaction): Promise<string[]> {
  const indexes = await tx.query<{ name: string; made: string }>(sql`
    select c.relname as name, pg_get_indexdef(i.indexrelid) as made
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'public'::regnamespace and t.relname = any(${sql.param(LARGE)}::text[])
      and not exists (select from pg_constraint where conindid = i.indexrelid)`);
  await tx.script(indexes.map(({ name }) => `drop index "${name}"`).join(';\n'));
  return indexes.map(({ made }) => made);
}

/** The counters as the triggers keep them. */
async function count(tx: Transaction): Promise<void> {
  await tx.script(`
    truncate user_counts, member_counts;
    insert into user_counts (domain, people, with_password)
      select domain, count(*), count(password_hash) from users group by domain order by domain;
    insert into member_counts (domain, team_id, people)
      select domain, team_id, count(*) from memberships group by domain, team_id order by domain, team_id;
    truncate connection_counts, connection_members, team_counts;
    insert into team_counts (team_id, domains) select team_id, count(*) from domains group by team_id;
    insert into connection_counts (connection_id, domains, sso_on, people)
      select d.connection_id, count(*), count(*) filter (where d.state = 'SSO on'), coalesce(sum(u.people), 0)
      from domains d left join user_counts u on u.domain = d.name and d.state = 'SSO on'
      where d.connection_id is not null group by d.connection_id;
    insert into connection_members (connection_id, team_id, people)
      select d.connection_id, m.team_id, sum(m.people) from domains d join member_counts m on m.domain = d.name
      where d.state = 'SSO on' group by d.connection_id, m.team_id;`);
}
