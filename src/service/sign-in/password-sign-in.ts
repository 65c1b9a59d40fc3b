import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import { checkPassword } from '../../identity/passwords.ts';
import { type NewSession, sessionCtes } from './sessions.ts';

/** Everything but an argon2 hash is no password: accounts may be brought in from elsewhere with something else. */
const HASH_START = '$argon2id$';

/**
 * Signs somebody in by password. It reads, hashes and compares the same whether there is such a person, such a
 * person with a password, or neither.
 * @param db where
 * @param given the address's key and domain, what was typed, and the session to begin
 * @returns whether they are signed in. False also where SSO is on for the domain
 */
export async function signInByPassword(
  db: Queryable,
  given: { emailKey: string; domain: string; password: string; session: NewSession; now: Date },
): Promise<boolean> {
  const { emailKey, domain, password, session, now } = given;
  const [account] = await db.query<{ id: number; hash: string | null }>(sql`
    select id, password_hash as hash from users where email = ${emailKey}::text and domain = ${domain}::text`);
  const hash = account?.hash?.startsWith(HASH_START) ? account.hash : null;
  const right = await checkPassword(hash, password);
  if (!right || !account) return false;
  const [row] = await db.query<{ done: boolean }>(sql`
    with ${sql.join(
      [
        // Looked at again: hashing takes a while, in which SSO may be turned on or the password changed.
        sql`account as (
          update users u set signed_in_at = ${now}::timestamptz
          where u.id = ${account.id}::bigint and u.password_hash = ${hash}::text
            and not exists (select from domains d where d.name = u.domain and d.state = 'SSO on')
          returning u.id)`,
        ...sessionCtes(session, sql`account`, null, now),
      ],
      sql`, `,
    )} select exists (select from account) as done`);
  return row?.done === true;
}
