import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import { keyOf, pageOf } from './keyset.ts';
import { type DomainRow, PAGE, type Page } from './lists.ts';

/**
 * A team's domains by name: by the index on (team, name) alone, whatever the team owns.
 * @param db what answers
 * @param teamId the team
 * @param after where the page before ended
 * @returns at most `PAGE` domains with their people by counter; an Unverified one tells of nobody, for it may be
 *   another organisation's
 */
export async function listDomains(db: Queryable, teamId: string, after?: string): Promise<Page<DomainRow>> {
  return domainPage(await db.query<DomainRow>(domainRows(teamId, after)));
}

/**
 * The statement of `listDomains`, to be part of a greater one too. Names in byte order, as the index `domains_search`
 * has them. What stands beside them is looked up for the whole page at once: an index walks from one to the next
 * where they lie together, rather than coming down from its root for each row.
 */
export function domainRows(teamId: string, after?: string) {
  const [name] = keyOf(after, ['string']) ?? [''];
  return sql`
    with page as materialized (
      select d.id, d.name, d.state, d.connection_id
      from domains d
      where d.team_id = ${teamId} and d.name ~>~ ${name}
      order by d.name using ~<~
      limit ${PAGE + 1}
    ), named as materialized (
      select c.id, c.name from connections c where c.id = any(array(select distinct connection_id from page))
    ), counted as materialized (
      select u.domain, u.people from user_counts u
      where u.domain = any(array(select name from page where state <> 'Unverified'))
    )
    select d.id, d.name, d.state, d.connection_id as "connectionId", c.name as "connectionName",
           coalesce(u.people, 0) as people
    from page d
    left join named c on c.id = d.connection_id
    left join counted u on u.domain = d.name
    order by d.name using ~<~`;
}

/** The page made of the rows of `domainRows`. */
export function domainPage(rows: DomainRow[]): Page<DomainRow> {
  return pageOf(rows, PAGE, (row) => [row.name]);
}
