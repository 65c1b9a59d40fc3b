import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';

/** A connection as a sign-in needs it. */
export interface SignInConnection {
  id: string;
  teamId: string;
  workspaceId: string;
  name: string;
  entityId: string;
  ssoUrl: string;
  ssoBinding: 'redirect' | 'post';
  configHash: string;
  /** Base64 DER. */
  certificates: string[];
  /** Whether the team has any proven domain at all. */
  hasDomains: boolean;
  /** Whether anybody can sign in here: SSO is on for a domain of it, or a domain has test users. */
  signsIn: boolean;
}

/**
 * @param db where from
 * @param id the connection's permanent id, as it stands in addresses
 * @returns null when there is none
 */
export async function signInConnection(db: Queryable, id: string): Promise<SignInConnection | null> {
  const [row] = await db.query<SignInConnection>(sql`
    select c.id, c.team_id as "teamId", t.workspace_id as "workspaceId", c.name, c.entity_id as "entityId",
      c.sso_url as "ssoUrl", c.sso_binding as "ssoBinding", c.config_hash as "configHash",
      (select coalesce(jsonb_agg(k.der order by k.valid_until desc), '[]') from certificates k
        where k.connection_id = c.id) as certificates,
      exists (select from domains d where d.team_id = c.team_id and d.state in ('Verified', 'SSO off', 'SSO on'))
        as "hasDomains",
      (coalesce((select n.sso_on from connection_counts n where n.connection_id = c.id), 0) > 0
        or exists (select from domains d where d.connection_id = c.id
          and exists (select from test_users x where x.domain_id = d.id))) as "signsIn"
    from connections c join teams t on t.id = c.team_id where c.id = ${id}::text`);
  return row ?? null;
}

/**
 * Whether an address of a domain may sign in at a connection, as far as the domain goes: the connection's team has
 * proved it, and it is linked there or nowhere.
 * @param db where from
 * @param connection which one
 * @param domain the part of the address after the @, in ASCII and lower case
 */
export async function mayBeLinked(
  db: Queryable,
  { id, teamId }: Pick<SignInConnection, 'id' | 'teamId'>,
  domain: string,
): Promise<boolean> {
  const rows = await db.query(sql`
    select 1 from domains d
    where d.team_id = ${teamId}::text and d.name = ${domain}::text and d.state in ('Verified', 'SSO off', 'SSO on')
      and (d.connection_id is null or d.connection_id = ${id}::text)`);
  return rows.length > 0;
}
