import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { auditCtes } from '../../service/audit.ts';
import type { Telling } from '../../service/effects/effect.ts';
import type { AuditEntry } from '../../service/effects/write.ts';
import { outboxCtes, outboxRow } from '../../service/outbox.ts';

/** Something that is due, and what follows from it. */
export interface Due {
  workspaceId: string;
  now: Date;
  /** A statement that changes and returns a row only for the first who runs it. */
  claim: SQL;
  audit?: AuditEntry[];
  tell: Telling[];
}

/**
 * Does what is due in one statement: whoever comes second, in this process or another, does nothing.
 * @returns whether it was done now
 */
export async function doOnce(
  db: Database,
  { workspaceId, now, claim, audit = [], tell }: Due,
): Promise<boolean> {
  const only = sql`exists (select from claimed)`;
  const rows = tell.map((telling) => outboxRow(telling, workspaceId));
  const parts = [sql`claimed as (${claim})`, ...auditCtes(audit, now, only), ...outboxCtes(rows, now, only)];
  const done = await db.query(sql`with recursive ${sql.join(parts, sql`, `)} select 1 from claimed limit 1`);
  if (done.length > 0) db.notify('outbox');
  return done.length > 0;
}
