import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import { keyOf, pageOf } from './keyset.ts';
import { type AuditRow, type HistoryPage, PAGE } from './lists.ts';

type StoredRow = Omit<AuditRow, 'detail'> & { body: string };

/**
 * A team's audit trail, the newest entry first.
 * @param db what answers
 * @param teamId the team
 * @param name only entries about what bears exactly this name; null for all
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
  const rows = await db.query<StoredRow>(sql`
    select ${columns} from audit
    where team_id = ${teamId} and seq < ${seq} ${named(asked)}
    order by seq desc
    limit ${PAGE + 1}`);
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
  const rows = await db.query<StoredRow>(sql`
    select ${columns} from audit
    where team_id = ${teamId} and seq > ${afterSeq} ${named(name)}
    order by seq
    limit ${limit}`);
  return rows.map(auditRow);
}

const columns = sql.raw('seq, at, actor, kind, outcome, subject_name as "subjectName", body');

/** Two statements rather than an `or`: a plan that serves both would read the whole trail for one name. */
function named(name: string | null) {
  return name === null ? sql.empty() : sql`and subject_name = ${name}`;
}

/** The entry as it was hashed; only the words that people read are taken out of it. */
function auditRow({ body, ...row }: StoredRow): AuditRow {
  const { detail } = JSON.parse(body) as { detail: AuditRow['detail'] };
  return { ...row, detail: { act: detail.act, reason: detail.reason, note: detail.note } };
}
