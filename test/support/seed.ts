import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { newId } from '../../src/service/ids.ts';

export const WORKSPACE = 'T0TEST';
const NOW = new Date('2026-03-01T09:00:00Z');

/** People of the workspace, by what they are. */
export const PEOPLE = {
  owner: 'U0OWNER',
  admin: 'U0ADMIN',
  approver: 'U0APPROVER',
  second: 'U0SECOND',
  bystander: 'U0BYSTANDER',
  guest: 'U0GUEST',
} as const;

/**
 * Puts a workspace with people and one team into the database: `admin` asks, `approver` and `second` decide,
 * `owner` is a Slack owner and an admin of the team.
 * @returns the team's id
 */
export async function seedTeam(db: Database, name = 'Acme', channel = 'C0SSO'): Promise<string> {
  const teamId = newId();
  await db.query(sql`
    insert into workspaces (id, name, bot_token, bot_id, bot_user_id, installed_at)
    values (${WORKSPACE}, 'Test', 'sealed', 'B0BOT', 'U0BOT', ${NOW}::timestamptz) on conflict do nothing`);
  for (const [role, slackId] of Object.entries(PEOPLE)) {
    await db.query(sql`
      insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
      values (${WORKSPACE}, ${slackId}, ${role}, 'Europe/Berlin', ${role === 'owner'}, ${role === 'guest'}, false,
        ${NOW}::timestamptz) on conflict do nothing`);
  }
  await db.query(sql`
    insert into teams (id, workspace_id, name, name_key, channel_id, created_at)
    values (${teamId}, ${WORKSPACE}, ${name}, ${name.toLowerCase()}, ${channel}, ${NOW}::timestamptz)`);
  const roles: [string, boolean, boolean][] = [
    [PEOPLE.owner, true, true],
    [PEOPLE.admin, true, false],
    [PEOPLE.approver, false, true],
    [PEOPLE.second, false, true],
  ];
  for (const [slackId, admin, approver] of roles) {
    await db.query(sql`
      insert into members (team_id, workspace_id, slack_id, admin, approver)
      values (${teamId}, ${WORKSPACE}, ${slackId}, ${admin}, ${approver})`);
  }
  return teamId;
}

/** Puts a connection into the team, its present configuration tested or not. @returns its id */
export async function seedConnection(
  db: Database,
  teamId: string,
  name = 'Okta',
  tested = true,
): Promise<string> {
  const id = newId();
  await db.query(sql`
    insert into connections (id, team_id, name, name_key, provider, entity_id, sso_url, sso_binding, config_hash,
      tested_hash, tested_at, created_at)
    values (${id}, ${teamId}, ${name}, ${name.toLowerCase()}, 'okta', ${`https://idp.example/${id}`},
      'https://idp.example/sso', 'redirect', 'hash-1', ${tested ? 'hash-1' : null}, ${tested ? NOW : null}::timestamptz,
      ${NOW}::timestamptz)`);
  await db.query(sql`
    insert into certificates (id, connection_id, team_id, fingerprint, der, subject, issuer, key_type, key_bits,
      valid_from, valid_until, added_at)
    values (${newId()}, ${id}, ${teamId}, ${`AA:${id}`}, 'der', 'CN=idp', 'CN=idp', 'rsa', 2048,
      '2025-01-01T00:00:00Z'::timestamptz, '2035-01-01T00:00:00Z'::timestamptz, ${NOW}::timestamptz)`);
  return id;
}

export type SeedState = 'Unverified' | 'Verified' | 'SSO off' | 'SSO on' | 'Deleting';

/** Puts a domain into the team and takes it along the arrows to a state. @returns its id */
export async function seedDomain(
  db: Database,
  teamId: string,
  name: string,
  state: SeedState = 'Verified',
  connectionId?: string,
): Promise<string> {
  const id = newId();
  await db.query(sql`
    insert into domains (id, team_id, name, state, token, added_at, added_by)
    values (${id}, ${teamId}, ${name}, 'Unverified', ${`token-of-${name}`}, ${NOW}::timestamptz, ${PEOPLE.admin})`);
  const to = (next: string, connection: string | null) =>
    db.query(sql`
      update domains set state = ${next}, connection_id = ${connection}, verified_at = ${NOW}::timestamptz where id = ${id}`);
  if (state === 'Unverified') return id;
  await to('Verified', null);
  if (state === 'Deleting') await to('Deleting', null);
  if (state === 'SSO off' || state === 'SSO on') await to('SSO off', connectionId ?? null);
  if (state === 'SSO on') await to('SSO on', connectionId ?? null);
  return id;
}

/** Makes accounts with addresses of the domain, so many with a password; members of the team by the domain, if given. */
export async function seedUsers(
  db: Database,
  domain: string,
  {
    count,
    withPassword = 0,
    teamId,
    viaDomainId,
  }: { count: number; withPassword?: number; teamId?: string; viaDomainId?: string },
): Promise<void> {
  await db.query(sql`
    with made as (
      insert into users (email, domain, first_name, last_name, password_hash, created_at)
      select ${`${newId()}.`} || n || '@' || ${domain}::text, ${domain}::text, 'First', 'Last',
        case when n <= ${withPassword}::int then 'hash' end, ${NOW}::timestamptz
      from generate_series(1, ${count}::int) as n returning id)
    insert into memberships (team_id, user_id, domain, via_domain_id, created_at)
    select ${teamId ?? null}::text, id, ${domain}::text, ${viaDomainId ?? null}::text, ${NOW}::timestamptz
    from made where ${teamId ?? null}::text is not null`);
}
