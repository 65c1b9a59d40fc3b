import { addHours, min } from 'date-fns';
import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import { hashOf } from './authn-requests.ts';

/** How long somebody stays signed in. */
export const SESSION_HOURS = 12;

/** A sign-in about to begin: the new cookie's token, and the one it replaces. */
export interface NewSession {
  token: string;
  replaces: string | undefined;
  /** It ends then at the latest, where the identity provider has said so. */
  until?: Date;
}

/** Who is signed in, and how. */
export interface SignedIn {
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
  /** The connection's name; null when the sign-in was by password. */
  connectionName: string | null;
  teams: string[];
}

/**
 * Parts of a statement that begin a session and end the one it replaces.
 * @param session the tokens
 * @param user a FROM item with a column `id`, empty when nobody signs in
 * @param connectionId where they signed in; null for a password
 * @param now when
 */
export function sessionCtes(session: NewSession, user: SQL, connectionId: string | null, now: Date): SQL[] {
  return [
    sql`session_added as (
      insert into sessions (token_hash, user_id, connection_id, created_at, expires_at)
      select ${hashOf(session.token)}::text, id, ${connectionId}::text, ${now}::timestamptz,
        ${min([addHours(now, SESSION_HOURS), ...(session.until ? [session.until] : [])])}::timestamptz
      from ${user})`,
    sql`session_replaced as (
      delete from sessions where token_hash = ${hashOf(session.replaces ?? '')}::text and exists (select from ${user}))`,
  ];
}

/**
 * @param db where from
 * @param token the cookie's
 * @param now sessions end by our clock
 * @returns who is signed in. A session counts only as long as signing in that way would: by password while SSO is off
 *   for the domain, by SSO while it is on (or for a test user), linked to the same connection, with the identity there,
 *   and as long as nobody else has proved the domain of the account's own address
 */
export async function signedIn(db: Queryable, token: string, now: Date): Promise<SignedIn | null> {
  const [row] = await db.query<SignedIn>(sql`
    select u.id as "userId", u.email, u.first_name as "firstName", u.last_name as "lastName",
      c.name as "connectionName",
      (select coalesce(jsonb_agg(t.name order by t.name), '[]') from memberships m join teams t on t.id = m.team_id
        where m.user_id = u.id) as teams
    from sessions s join users u on u.id = s.user_id left join connections c on c.id = s.connection_id
    where s.token_hash = ${hashOf(token)}::text and s.expires_at > ${now}::timestamptz
      and case when s.connection_id is null
        then not exists (select from domains d where d.name = u.domain and d.state = 'SSO on')
        else exists (
          select from identities i join domains d on d.id = i.domain_id
          where i.user_id = u.id and i.connection_id = s.connection_id and d.connection_id = s.connection_id
            and (d.state = 'SSO on' or exists (select from test_users x where x.domain_id = d.id and x.email = u.email))
            and not exists (select from domains o where o.name = u.domain and o.state <> 'Unverified'
              and (o.team_id <> d.team_id or o.connection_id <> s.connection_id))) end`);
  return row ?? null;
}

/** Signs out. */
export async function endSession(db: Queryable, token: string): Promise<void> {
  await db.query(sql`delete from sessions where token_hash = ${hashOf(token)}::text`);
}
