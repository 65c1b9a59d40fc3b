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
  // Whether somebody is among the page's, rather than joins: so a generic plan stops at the end of the page, where it
  // would else read all people of the domain. Both indexes have the domain before the person, so that a page's lie
  // side by side.
  const rows = await db.query<UserRow & { id: number }>(sql`
    with page as materialized (
      select u.id, u.email, u.first_name, u.last_name, u.password_hash is not null as has_password, u.signed_in_at
      from users u
      where u.domain = (select d.name from domains d where d.id = ${domainId} and d.state <> 'Unverified')
        and u.id > ${id}
      order by u.id
      limit ${PAGE + 1}
    )
    select p.id, p.email, p.first_name as "firstName", p.last_name as "lastName", p.has_password as "hasPassword",
           p.signed_in_at as "signedInAt",
           p.id in (select i.user_id from identities i
             where i.domain_id = ${domainId} and i.user_id = any(array(select id from page))) as "hasIdentity",
           p.id in (select m.user_id from memberships m
             where m.via_domain_id = ${domainId} and m.user_id = any(array(select id from page))) as "viaDomain"
    from page p
    order by p.id`);
  const page = pageOf(rows, PAGE, (row) => [row.id]);
  return { ...page, rows: page.rows.map(({ id: _, ...row }) => row) };
}
