import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import type { RequestFact } from '../facts/facts.ts';
import { keyOf, pageOf } from './keyset.ts';
import { PAGE, type Page } from './lists.ts';

/** A request as the database's JSON gives it: times are text. */
export type RequestJson = Omit<RequestFact, 'createdAt' | 'deadline' | 'endedAt' | 'decisions'> & {
  createdAt: string;
  deadline: string;
  endedAt: string | null;
  decisions: (Omit<RequestFact['decisions'][number], 'decidedAt'> & { decidedAt: string })[];
};

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
  const rows = await db.query<{ request: RequestJson }>(requestRows(teamId, after));
  return requestPage(rows.map((row) => row.request));
}

/** The statement of `listRequests`: one JSON column `request`. To be part of a greater one too. */
export function requestRows(teamId: string, after?: string) {
  const [at, id] = keyOf(after, ['string', 'string']) ?? [];
  // Before the beginning of time for the first page, so that the statement is one and the same for every page.
  const from = at !== undefined && !Number.isNaN(Date.parse(at)) ? at : '-infinity';
  return sql`
    select json_build_object(
      'id', r.id, 'teamId', r.team_id, 'kind', r.kind, 'subjectId', r.subject_id,
      'subjectName', r.subject_name, 'input', r.input, 'bound', r.bound, 'impact', r.impact,
      'reason', r.reason, 'requester', r.requester, 'needed', r.needed, 'approvals', r.approvals,
      'status', r.status, 'note', r.note, 'endedBy', r.ended_by, 'errorRef', r.error_ref,
      'version', r.version, 'createdAt', r.created_at, 'deadline', r.deadline, 'endedAt', r.ended_at,
      'decisions', coalesce((
        select json_agg(json_build_object(
          'slackId', v.slack_id, 'verdict', v.verdict, 'comment', v.comment, 'decidedAt', v.decided_at
        ) order by v.decided_at)
        from decisions v where v.request_id = r.id), '[]'::json)
    ) as request
    from requests r
    where r.team_id = ${teamId} and r.status in ('Pending', 'Approved')
      and (r.created_at, r.id) > (${from}::timestamptz, ${id ?? ''})
    order by r.created_at, r.id
    limit ${PAGE + 1}`;
}

/** The page made of the rows of `requestRows`. */
export function requestPage(rows: RequestJson[]): Page<RequestFact> {
  return pageOf(rows.map(requestFact), PAGE, (row) => [row.createdAt.toISOString(), row.id]);
}

function requestFact(row: RequestJson): RequestFact {
  return {
    ...row,
    createdAt: new Date(row.createdAt),
    deadline: new Date(row.deadline),
    endedAt: row.endedAt === null ? null : new Date(row.endedAt),
    decisions: row.decisions.map((decision) => ({ ...decision, decidedAt: new Date(decision.decidedAt) })),
  };
}
