import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import type { RequestFact } from '../facts/facts.ts';
import { domainPage, domainRows } from './domains.ts';
import type { DomainRow, Overview } from './lists.ts';
import { requestPage, requestRows } from './requests.ts';

/**
 * What Home and the bare command show: a page of the team's domains and what waits, in one round trip.
 * @param db what answers
 * @param teamId the team
 * @param after where the page of domains before ended
 * @returns both; `requests.next` goes on in the list of requests
 */
export async function readOverview(db: Queryable, teamId: string, after?: string): Promise<Overview> {
  const [row] = await db.query<{ domains: DomainRow[]; requests: RequestFact[] }>(sql`
    select
      (select coalesce(json_agg(d), '[]'::json) from (${domainRows(teamId, after)}) d) as domains,
      (select coalesce(jsonb_agg(r.request), '[]') from (${requestRows(teamId)}) r) as requests`);
  return { domains: domainPage(row?.domains ?? []), requests: requestPage(row?.requests ?? []) };
}
