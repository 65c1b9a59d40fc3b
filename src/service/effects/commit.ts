import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { ofAChange } from '../../../db/errors.ts';
import { auditCtes } from '../audit.ts';
import { type OutboxRow, outboxCtes, outboxRow } from '../outbox.ts';
import type { Effect, Telling } from './effect.ts';
import { guardCtes } from './guard.ts';
import { addRequestCte, changeRequestCte, decisionCte } from './requests.ts';
import { type RowEffect, rowCtes } from './rows.ts';
import type { Write } from './write.ts';

/** The channel that wakes the relay. */
export const OUTBOX_CHANNEL = 'outbox';

/**
 * Does what a write says in one prepared statement: guard, changes, request, audit, outbox, all or nothing.
 * @param db where
 * @param write what
 * @returns whether it was done; false when something that was read is no longer so, and nothing happened
 * @throws ConstraintError when the database forbids it (a race lost to a unique index, an arrow that is none),
 *   DatabaseUnavailable; OutcomeUnknown when the connection broke before the answer
 */
export async function commit(db: Database, write: Write): Promise<boolean> {
  const [row] = await db.query<{ done: boolean }>(statement(write)).catch((error: unknown) => {
    throw ofAChange(error);
  });
  const done = row?.done === true;
  if (done) db.notify(OUTBOX_CHANNEL);
  return done;
}

/** @returns the write as one statement; the text depends on which effects there are, not on their values */
export function statement(write: Write): SQL {
  const { now, workspaceId } = write;
  const only = sql`exists (select from guard)`;
  const tellings: OutboxRow[] = write.effects
    .filter(isTelling)
    .map((telling) => outboxRow(telling, workspaceId));
  const parts: SQL[] = [
    ...guardCtes(write.guards),
    ...write.effects.filter(isRowEffect).flatMap((effect) => rowsOf(effect, now, workspaceId)),
    ...(write.addRequest ? [addRequestCte(write.addRequest, workspaceId, now)] : []),
    ...(write.changeRequest ? [changeRequestCte(write.changeRequest, now)] : []),
    ...(write.decision ? [decisionCte(write.decision, now)] : []),
    ...auditCtes(write.audit, now, only),
    ...outboxCtes(tellings, now, only),
  ];
  return sql`with recursive ${sql.join(parts, sql`, `)} select ${only} as done`;
}

function isTelling(effect: Effect): effect is Telling {
  return effect.type.startsWith('tell.') || effect.type === 'start.job';
}

function isRowEffect(effect: Effect): effect is RowEffect {
  return !isTelling(effect);
}

function rowsOf<E extends RowEffect>(effect: E, now: Date, workspaceId: string): SQL[] {
  const make = rowCtes[effect.type] as (effect: E, now: Date, workspaceId: string) => SQL[];
  return make(effect, now, workspaceId);
}
