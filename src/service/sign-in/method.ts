import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';

/** How people of an e-mail domain sign in. */
export type SignInMethod =
  | { method: 'sso'; connectionId: string; connectionName: string }
  | { method: 'password' };

/**
 * Tells how people of a domain sign in, by the domain's state alone, so that the answer says nothing of any person.
 * @param db where from
 * @param domain the part after the last @, in ASCII and lower case
 */
export async function signInMethod(db: Queryable, domain: string): Promise<SignInMethod> {
  const [row] = await db.query<{ connectionId: string; connectionName: string }>(sql`
    select c.id as "connectionId", c.name as "connectionName"
    from domains d join connections c on c.id = d.connection_id
    where d.name = ${domain}::text and d.state = 'SSO on'`);
  return row ? { method: 'sso', ...row } : { method: 'password' };
}
