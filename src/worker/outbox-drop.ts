import { sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { outboxCtes, outboxRow } from '../service/outbox.ts';
import type { Document } from '../words/document.ts';
import type { OutboxRow } from './outbox-row.ts';

/** Something only a team's admins can mend. They are told once, until it has worked again. */
export interface Trouble {
  teamId: string;
  /** What the trouble is with, and what it is: only news is told. */
  key: string;
  value: string;
  document: Document;
  /** Somebody who is not told, as they are the trouble. */
  except?: string;
}

/**
 * Gives a row up, with the reason. What it was about can no longer be told this way, so the admins are told by
 * direct message how to mend it: once for a channel and reason, whatever fails at once.
 * @param problem why, for whoever looks into the table
 */
export async function dropRow(
  db: Database,
  now: Date,
  row: OutboxRow,
  problem: string,
  trouble?: Trouble,
): Promise<void> {
  const dropped = sql`dropped as (
    update outbox set dropped_at = ${now}::timestamptz, problem = ${problem}::text
    where id = ${row.id}::bigint and sent_at is null and dropped_at is null returning id)`;
  if (!trouble) {
    await db.query(sql`with ${dropped} select 1`);
    return;
  }
  const admins = await db.query<{ slackId: string }>(sql`
    select m.slack_id as "slackId" from members m
    join people p on p.workspace_id = m.workspace_id and p.slack_id = m.slack_id
    where m.team_id = ${trouble.teamId}::text and m.admin and not p.deactivated
      and m.slack_id <> ${trouble.except ?? ''}::text order by m.slack_id`);
  const rows = admins.map(({ slackId }) =>
    outboxRow(
      { type: 'tell.person', teamId: trouble.teamId, slackId, document: trouble.document },
      row.workspaceId,
    ),
  );
  const known = sql`known as (
    insert into installation (key, value)
    select ${trouble.key}::text, ${trouble.value}::text from dropped
    on conflict (key) do update set value = excluded.value where installation.value <> excluded.value
    returning key)`;
  const told = outboxCtes(rows, now, sql`exists (select from known)`);
  await db.query(sql`with ${sql.join([dropped, known, ...told], sql`, `)} select 1`);
  db.notify('outbox');
}
