import { type SQL, sql } from 'drizzle-orm';
import type { NewDecision, NewRequest, RequestChange } from './write.ts';

/** @returns the part that writes a new request */
export function addRequestCte(r: NewRequest, workspaceId: string, now: Date): SQL {
  const json = (value: unknown) => sql`${JSON.stringify(value ?? null)}::jsonb`;
  return sql`request_added as (
    insert into requests (id, team_id, workspace_id, kind, subject_id, subject_name, act, checks, input, asks, bound,
      impact, reason, requester, needed, status, created_at, deadline)
    select ${r.id}::text, ${r.teamId}::text, ${workspaceId}::text, ${r.kind}::text, ${r.subjectId}::text,
      ${r.subjectName}::text, ${r.act}::text, ${json(r.checks)}, ${json(r.input)}, ${json(r.asks)}, ${json(r.bound)},
      ${json(r.impact)}, ${r.reason}::text, ${r.requester}::text, ${r.needed}::int, 'Pending', ${now}::timestamptz,
      ${r.deadline}::timestamptz
    from guard)`;
}

/** Statuses that end a request; `Failed` may be tried again, and says when it failed. */
const ENDS = new Set<RequestChange['status']>(['Done', 'Failed', 'Rejected', 'Withdrawn', 'Expired', 'Void']);

/** @returns the part that moves a request on; the guard holds its version, so one writer wins */
export function changeRequestCte(r: RequestChange, now: Date): SQL {
  return sql`request_changed as (
    update requests r set version = r.version + 1, status = ${r.status}::text, approvals = ${r.approvals}::int,
      note = coalesce(${r.note ?? null}::text, r.note), ended_by = coalesce(${r.endedBy ?? null}::text, r.ended_by),
      error_ref = ${r.errorRef ?? null}::text, ended_at = ${ENDS.has(r.status) ? now : null}::timestamptz
    from guard where r.id = ${r.id}::text)`;
}

/** @returns the part that records one person's decision; a repeated one by the same person changes nothing */
export function decisionCte(d: NewDecision, now: Date): SQL {
  return sql`decision_added as (
    insert into decisions (request_id, requester, slack_id, verdict, comment, decided_at)
    select ${d.requestId}::text, ${d.requester}::text, ${d.slackId}::text, ${d.verdict}::text, ${d.comment}::text,
      ${now}::timestamptz
    from guard)`;
}
