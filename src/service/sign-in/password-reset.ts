import { addMinutes } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database, Queryable } from '../../../db/client.ts';
import type { Secrets } from '../../secrets.ts';
import { OUTBOX_CHANNEL } from '../effects/commit.ts';
import { hashOf } from './authn-requests.ts';
import { type Letter, RESET_PURPOSE } from './letters.ts';
import { type NewSession, sessionCtes } from './sessions.ts';
import { newSecret } from './tokens.ts';

/** How long a link from "FORGOT?" lives. */
export const RESET_MINUTES = 60;

/**
 * Has a link mailed to whoever has the address. It does the same for an address that nobody has, but for the rows
 * that are then not there; and nothing where SSO is on, since a password would not count.
 * @param db where
 * @param secrets seals the link for the outbox: what is kept in the clear is its hash
 * @param emailKey the address, in lower case
 * @param now the link lives an hour from now
 */
export async function askForReset(
  db: Database,
  secrets: Secrets,
  emailKey: string,
  now: Date,
): Promise<void> {
  const token = newSecret();
  const until = addMinutes(now, RESET_MINUTES);
  const letter: Letter = {
    letter: 'password-reset',
    to: emailKey,
    secret: secrets.seal(token, RESET_PURPOSE),
    until: until.toISOString(),
  };
  await db.query(sql`
    with person as materialized (
      select u.id from users u where u.email = ${emailKey}::text
        and not exists (select from domains d where d.name = u.domain and d.state = 'SSO on')),
    added as (
      insert into password_resets (token_hash, user_id, created_at, expires_at)
      select ${hashOf(token)}::text, id, ${now}::timestamptz, ${until}::timestamptz from person)
    insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
    select '', 'mail', ${`mail:${hashOf(token).slice(0, 16)}`}::text, ${JSON.stringify(letter)}::jsonb,
      ${now}::timestamptz, ${now}::timestamptz
    from person`);
  db.notify(OUTBOX_CHANNEL);
}

/** Whose link it is. */
export interface ResetOwner {
  email: string;
  firstName: string;
  lastName: string;
  /** Whether SSO is on for their domain, so that a password would not count. */
  ssoOn: boolean;
}

/**
 * Looks at a link without using it up, for mail scanners open it too.
 * @returns whose it is, or null when it has expired, was used, or never was
 */
export async function resetOwner(db: Queryable, token: string, now: Date): Promise<ResetOwner | null> {
  const [row] = await db.query<ResetOwner>(sql`
    select u.email, u.first_name as "firstName", u.last_name as "lastName",
      exists (select from domains d where d.name = u.domain and d.state = 'SSO on') as "ssoOn"
    from password_resets r join users u on u.id = r.user_id
    where r.token_hash = ${hashOf(token)}::text and r.used_at is null and r.expires_at > ${now}::timestamptz`);
  return row ?? null;
}

/**
 * Sets the password and signs in, in one statement that uses the link up: of two at once one wins. Whoever was signed
 * in to the account before is signed out, and its other links no longer work.
 * @param db where
 * @param given the link's token, the hash of the new password, and the session to begin
 * @returns whether it was done; false when the link no longer counts
 */
export async function useReset(
  db: Queryable,
  given: { token: string; passwordHash: string; session: NewSession; now: Date },
): Promise<boolean> {
  const { token, passwordHash, session, now } = given;
  const [row] = await db.query<{ done: boolean }>(sql`
    with ${sql.join(
      [
        sql`link as (
          update password_resets r set used_at = ${now}::timestamptz
          from users u
          where r.token_hash = ${hashOf(token)}::text and r.used_at is null and r.expires_at > ${now}::timestamptz
            and u.id = r.user_id and not exists (select from domains d where d.name = u.domain and d.state = 'SSO on')
          returning r.user_id as id)`,
        sql`others as (
          update password_resets r set used_at = ${now}::timestamptz from link
          where r.user_id = link.id and r.used_at is null and r.token_hash <> ${hashOf(token)}::text)`,
        sql`account as (
          update users u set password_hash = ${passwordHash}::text, signed_in_at = ${now}::timestamptz
          from link where u.id = link.id returning u.id)`,
        sql`signed_out as (
          delete from sessions s using link where s.user_id = link.id)`,
        ...sessionCtes(session, sql`account`, null, now),
      ],
      sql`, `,
    )} select exists (select from account) as done`);
  return row?.done === true;
}
