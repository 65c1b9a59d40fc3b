import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import { keyOf, pageOf } from './keyset.ts';
import { type AuditRow, type HistoryPage, PAGE } from './lists.ts';

type StoredRow = Omit<AuditRow, 'detail'> & { body: string };

/**
 * A team's audit trail, the newest entry first.
 * @param db what answers
 * @param teamId the team
 * @param name only entries about what bears exactly this name, also from when it was called otherwise; null for all
 * @param after where the page before ended
 * @returns at most `PAGE` entries, and the name they are about
 */
export async function listHistory(
  db: Queryable,
  teamId: string,
  name: string | null,
  after?: string,
): Promise<HistoryPage> {
  // A page that goes on is about what the page before was about: its button carries no words.
  const [seq, about] = keyOf(after, ['number', 'string']) ?? [Number.MAX_SAFE_INTEGER, name ?? ''];
  const asked = about === '' ? null : about;
  const rows = await db.query<StoredRow>(
    entries(teamId, asked, sql`seq < ${seq}::bigint`, sql`order by seq desc limit ${PAGE + 1}::int`),
  );
  return { ...pageOf(rows.map(auditRow), PAGE, (row) => [row.seq, about]), name: asked };
}

/**
 * Entries in the order they were written, for an export.
 * @param db what answers
 * @param teamId the team
 * @param name as for `listHistory`
 * @param afterSeq the last entry that was given before; 0 to begin
 * @param limit how many at most
 */
export async function historyFrom(
  db: Queryable,
  teamId: string,
  name: string | null,
  afterSeq: number,
  limit: number,
): Promise<AuditRow[]> {
  const rows = await db.query<StoredRow>(
    entries(teamId, name, sql`seq > ${afterSeq}::bigint`, sql`order by seq limit ${limit}::int`),
  );
  return rows.map(auditRow);
}

const columns = sql.raw('seq, at, actor, kind, outcome, subject_name as "subjectName", body');

/**
 * A page of the trail, or of what it says about a name: entries that bear the name, and those of what bears it now
 * (or bore it last) from when it was called otherwise. Each is a range of an index, read from its end; an `or` would
 * read the whole trail.
 */
function entries(teamId: string, name: string | null, range: SQL, page: SQL): SQL {
  const of = sql`from audit where team_id = ${teamId}::text`;
  if (name === null) return sql`select ${columns} ${of} and ${range} ${page}`;
  return sql`
    with subject as materialized (
      select id from (
        select id, 1 as choice from connections where team_id = ${teamId}::text and name_key = lower(${name}::text)
        union all
        select newest.subject_id, 2 from (
          select subject_id ${of} and subject_name = ${name}::text order by seq desc limit 1) newest
        where newest.subject_id is not null) found
      order by choice limit 1)
    select * from (
      (select ${columns} ${of} and subject_name = ${name}::text and ${range} ${page})
      union
      (select ${columns} ${of} and subject_id = (select id from subject) and ${range} ${page})) both_ways
    ${page}`;
}

/** The entry as it was hashed; only the words that people read are taken out of it. */
function auditRow({ body, ...row }: StoredRow): AuditRow {
  const { detail } = JSON.parse(body) as { detail: AuditRow['detail'] };
  return { ...row, detail: { act: detail.act, reason: detail.reason, note: detail.note } };
}
