import type { Queryable } from '../../../db/client.ts';
import { BYTE_ORDER_MARK, csvLine } from '../../words/csv.ts';
import { historyFrom } from './history.ts';
import type { AuditRow } from './lists.ts';

/** Entries read at a time: memory stays flat, however long the trail is. */
const BATCH = 500;

const HEADER = ['Number', 'Time (UTC)', 'Person', 'Change', 'Outcome', 'Name', 'What', 'Reason', 'Note'];

/**
 * The audit trail as a CSV file (RFC 4180), the oldest entry first, safe to open in a spreadsheet.
 * @param db what answers
 * @param teamId the team
 * @param name only entries about what bears exactly this name; null for all
 * @returns the text, a piece at a time; begins with a byte order mark, by which spreadsheets know UTF-8
 */
export async function* historyCsv(
  db: Queryable,
  teamId: string,
  name: string | null,
): AsyncGenerator<string, void, undefined> {
  yield `${BYTE_ORDER_MARK}${csvLine(HEADER)}`;
  for (let seq = 0; ; ) {
    const rows = await historyFrom(db, teamId, name, seq, BATCH);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => csvLine(cells(row))).join('');
    seq = last.seq;
  }
}

function cells(row: AuditRow): string[] {
  const { act, reason, note } = row.detail;
  return [
    String(row.seq),
    row.at.toISOString(),
    row.actor,
    row.kind,
    row.outcome,
    row.subjectName,
    act ?? '',
    reason ?? '',
    note ?? '',
  ];
}
