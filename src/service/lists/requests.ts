import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import type { RequestFact } from '../facts/facts.ts';
import { reviveMoments } from '../facts/revive.ts';
import { requestJson } from '../facts/sql/request.ts';
import { keyOf, pageOf } from './keyset.ts';
import { PAGE, type Page } from './lists.ts';

/**
 * A team's open requests with their decisions, the longest waiting first.
 * @param db what answers
 * @param teamId the team
 * @param after where the page before ended
 * @returns at most `PAGE` requests
 */
export async function listRequests(
  db: Queryable,
  teamId: string,
  after?: string,
): Promise<Page<RequestFact>> {
  const rows = await db.query<{ request: RequestFact }>(requestRows(teamId, after));
  return requestPage(rows.map((row) => row.request));
}

/** The statement of `listRequests`: one JSON column `request`. To be part of a greater one too. */
export function requestRows(teamId: string, after?: string) {
  const [at, id] = keyOf(after, ['string', 'string']) ?? [];
  // Before the beginning of time for the first page, so that the statement is one and the same for every page.
  const from = at !== undefined && !Number.isNaN(Date.parse(at)) ? new Date(at).toISOString() : '-infinity';
  return sql`
    select ${requestJson('r')} as request
    from requests r
    where r.team_id = ${teamId} and r.status in ('Pending', 'Approved')
      and (r.created_at, r.id) > (${from}::timestamptz, ${id ?? ''})
    order by r.created_at, r.id
    limit ${PAGE + 1}`;
}

/** The page made of the rows of `requestRows`. */
export function requestPage(rows: RequestFact[]): Page<RequestFact> {
  return pageOf(reviveMoments(rows), PAGE, (row) => [row.createdAt.toISOString(), row.id]);
}
