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

/** The statement of `listDomains`, to be part of a greater one too. */
export function domainRows(teamId: string, after?: string) {
  const [name] = keyOf(after, ['string']) ?? [''];
  return sql`
    select d.id, d.name, d.state, d.connection_id as "connectionId", c.name as "connectionName",
           coalesce(u.people, 0) as people
    from domains d
    left join connections c on c.id = d.connection_id
    left join user_counts u on u.domain = d.name and d.state <> 'Unverified'
    where d.team_id = ${teamId} and d.name > ${name}
    order by d.name
    limit ${PAGE + 1}`;
}

/** The page made of the rows of `domainRows`. */
export function domainPage(rows: DomainRow[]): Page<DomainRow> {
  return pageOf(rows, PAGE, (row) => [row.name]);
}
