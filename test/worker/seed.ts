import { sql } from 'drizzle-orm';
import type { Queryable } from '../../db/client.ts';
import { CHANNELS, PEOPLE, TEAM as WORKSPACE } from '../../src/workspace/seed.ts';

/** The time at which everything in these tests begins. */
export const START = new Date('2026-03-02T09:00:00.000Z');

export const TEAM_ID = 'team1';
export const WORKSPACE_ID = WORKSPACE.id;
export const ADMIN = PEOPLE.admin;
export const APPROVER = PEOPLE.approver;

/** A workspace with a team: two admins, two approvers, one of each deactivated or the requester. */
export async function seedTeam(db: Queryable): Promise<void> {
  await db.query(sql`
    insert into workspaces (id, name, bot_token, bot_id, bot_user_id, installed_at)
    values (${WORKSPACE_ID}::text, 'Harbour', 'sealed', 'B0', 'U0', ${START}::timestamptz)`);
  const people = [PEOPLE.owner, PEOPLE.admin, PEOPLE.approver, PEOPLE.gone];
  await db.query(sql`
    insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
    select ${WORKSPACE_ID}::text, id, id, 'UTC', false, false, id = ${PEOPLE.gone}::text, ${START}::timestamptz
    from unnest(${sql.param(people)}::text[]) as id`);
  await db.query(sql`
    insert into teams (id, workspace_id, name, name_key, channel_id, created_at)
    values (${TEAM_ID}::text, ${WORKSPACE_ID}::text, 'Harbour', 'harbour', ${CHANNELS.notifications}::text, ${START}::timestamptz)`);
  await db.query(sql`
    insert into members (team_id, workspace_id, slack_id, admin, approver)
    select ${TEAM_ID}::text, ${WORKSPACE_ID}::text, m.id, m.admin, m.approver from (values
      (${PEOPLE.owner}::text, true, true), (${PEOPLE.admin}::text, true, false),
      (${PEOPLE.approver}::text, false, true), (${PEOPLE.gone}::text, true, true)) as m(id, admin, approver)`);
}

/** A request that waits, asked by the admin. */
export async function seedRequest(
  db: Queryable,
  id: string,
  { deadline, subject = id }: { deadline: Date; subject?: string },
): Promise<void> {
  await db.query(sql`
    insert into requests (id, team_id, workspace_id, kind, subject_id, subject_name, input, asks, act, checks, bound,
      impact, reason, requester, needed, status, created_at, deadline)
    values (${id}::text, ${TEAM_ID}::text, ${WORKSPACE_ID}::text, 'domain.off', ${subject}::text, 'acme.com', '{}', '{}',
      'Turn off SSO for acme.com', '[]', '{}', '{"people": 0, "teams": [], "lines": []}', 'because', ${ADMIN}::text, 1,
      'Pending', ${START}::timestamptz, ${deadline}::timestamptz)`);
}

/** A domain in a state on its way; `people` accounts hold a membership through it, every second an identity. */
export async function seedDomain(
  db: Queryable,
  { id = 'dom1', name = 'acme.com', people = 0 }: { id?: string; name?: string; people?: number } = {},
): Promise<void> {
  await db.query(sql`
    insert into domains (id, team_id, name, state, token, added_at, added_by)
    values (${id}::text, ${TEAM_ID}::text, ${name}::text, 'Unverified', 'token', ${START}::timestamptz, ${ADMIN}::text)`);
  await db.query(sql`update domains set state = 'Verified' where id = ${id}::text`);
  if (people === 0) return;
  await db.query(sql`
    insert into connections (id, team_id, name, name_key, provider, entity_id, sso_url, sso_binding, config_hash, created_at)
    values ('con1', ${TEAM_ID}::text, 'Okta', 'okta', 'okta', 'urn:idp', 'https://idp.example', 'redirect', 'h', ${START}::timestamptz)
    on conflict do nothing`);
  await db.query(sql`
    insert into users (email, domain, first_name, last_name, password_hash, created_at)
    select 'user' || n || '@' || ${name}::text, ${name}::text, 'First', 'Last',
      case when n % 3 = 0 then 'hash' end, ${START}::timestamptz
    from generate_series(1, ${people}::int) n`);
  await db.query(sql`
    insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
    select ${TEAM_ID}::text, id, domain, ${id}::text, ${START}::timestamptz from users where domain = ${name}::text`);
  await db.query(sql`
    insert into identities (connection_id, subject, name_id, user_id, domain_id, created_at, last_seen_at)
    select 'con1', email, email, id, ${id}::text, ${START}::timestamptz, ${START}::timestamptz
    from users where domain = ${name}::text and id % 2 = 0`);
}

/** A deletion that was just approved: the domain is Deleting, its request Approved, its job not begun. */
export async function seedDeletion(
  db: Queryable,
  { id = 'del1', domain = 'dom1', name = 'acme.com', people = 0 } = {},
): Promise<void> {
  await seedDomain(db, { id: domain, name, people });
  await seedRequest(db, `req-${id}`, { deadline: new Date(START.getTime() + 86_400_000), subject: domain });
  await db.query(sql`
    insert into decisions (request_id, requester, slack_id, verdict, decided_at)
    values (${`req-${id}`}::text, ${ADMIN}::text, ${APPROVER}::text, 'approve', ${START}::timestamptz)`);
  await db.query(sql`update requests set status = 'Approved', approvals = 1 where id = ${`req-${id}`}::text`);
  await db.query(
    sql`update domains set state = 'Deleting', version = version + 1 where id = ${domain}::text`,
  );
  await db.query(sql`
    insert into deletions (id, team_id, domain_id, domain_name, request_id, asked_by, status, total, started_at, moved_at)
    values (${id}::text, ${TEAM_ID}::text, ${domain}::text, ${name}::text, ${`req-${id}`}::text, ${ADMIN}::text, 'Running',
      ${people}::int, ${START}::timestamptz, ${START}::timestamptz)`);
}

/** Puts a row into the outbox as the service does. */
export async function seedOutbox(
  db: Queryable,
  rows: { kind: string; lane: string; payload: unknown }[],
  now: Date = START,
): Promise<void> {
  await db.query(sql`
    insert into outbox (workspace_id, team_id, kind, lane, payload, created_at, due_at)
    select ${WORKSPACE_ID}::text, ${TEAM_ID}::text, r.kind, r.lane, r.payload, ${now}::timestamptz, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(kind text, lane text, payload jsonb)`);
}
