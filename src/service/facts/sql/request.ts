import { type SQL, sql } from 'drizzle-orm';

/** @param r the alias of a `requests` row. @returns it as a RequestFact, in jsonb */
export function requestJson(r: string): SQL {
  const row = sql.raw(r);
  return sql`jsonb_build_object(
    'id', ${row}.id, 'teamId', ${row}.team_id, 'kind', ${row}.kind, 'subjectId', ${row}.subject_id,
    'subjectName', ${row}.subject_name, 'act', ${row}.act, 'checks', ${row}.checks, 'input', ${row}.input,
    'bound', ${row}.bound, 'impact', ${row}.impact, 'reason', ${row}.reason, 'requester', ${row}.requester,
    'needed', ${row}.needed, 'approvals', ${row}.approvals, 'status', ${row}.status, 'note', ${row}.note,
    'endedBy', ${row}.ended_by, 'errorRef', ${row}.error_ref, 'version', ${row}.version,
    'createdAt', ${row}.created_at, 'deadline', ${row}.deadline, 'endedAt', ${row}.ended_at,
    'decisions', (select coalesce(jsonb_agg(jsonb_build_object('slackId', x.slack_id, 'verdict', x.verdict,
      'comment', x.comment, 'decidedAt', x.decided_at) order by x.decided_at), '[]')
      from decisions x where x.request_id = ${row}.id))`;
}
