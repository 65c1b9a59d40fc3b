import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import { keyOf, pageOf } from './keyset.ts';
import { PAGE, type Page, type UserRow } from './lists.ts';

/**
 * The accounts with an address of a domain, and how each signs in. Whether there is a password is told, never
 * anything of it.
 * @param db what answers
 * @param domainId the domain; while it is Unverified nobody is listed, for any team may have added the name
 * @param after where the page before ended
 * @returns at most `PAGE` accounts in the order they were made
 */
export async function listUsers(db: Queryable, domainId: string, after?: string): Promise<Page<UserRow>> {
  const [id] = keyOf(after, ['number']) ?? [0];
  // Values rather than joins and `exists`: so a generic plan goes by the indexes, in their order, and stops at the
  // end of the page, where it would else read all people of the domain.
  const rows = await db.query<UserRow & { id: number }>(sql`
    select u.id, u.email, u.first_name as "firstName", u.last_name as "lastName",
           u.password_hash is not null as "hasPassword", u.signed_in_at as "signedInAt",
           coalesce((select true from identities i where i.user_id = u.id and i.domain_id = ${domainId} limit 1), false)
             as "hasIdentity",
           coalesce((select true from memberships m
             where m.user_id = u.id and m.via_domain_id = ${domainId} limit 1), false) as "viaDomain"
    from users u
    where u.domain = (select d.name from domains d where d.id = ${domainId} and d.state <> 'Unverified')
      and u.id > ${id}
    order by u.id
    limit ${PAGE + 1}`);
  const page = pageOf(rows, PAGE, (row) => [row.id]);
  return { ...page, rows: page.rows.map(({ id: _, ...row }) => row) };
}
