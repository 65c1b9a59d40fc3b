import { sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import type { OutboxRow } from './outbox-row.ts';

/**
 * How long a row that was taken stays with its holder, who renews it while it lives. When the holder is gone, the
 * lane goes on after this time. The lease is the row's `due_at`: a row taken is due again when the lease ends.
 */
export const LEASE_MS = 10_000;

/**
 * Takes the first waiting row of lanes that are due. Whoever asks at the same moment gets other lanes; a lane whose
 * first row is taken or not due gives none, so its order holds across processes.
 * @param lanes lanes this process holds already
 * @param most how many rows at most
 */
export function takeRows(db: Database, now: Date, lanes: string[], most: number): Promise<OutboxRow[]> {
  return db.query<OutboxRow>(sql`
    with first as (
      select o.id from outbox o
      where o.sent_at is null and o.dropped_at is null and o.due_at <= ${now}::timestamptz
        and o.lane <> all(${sql.param(lanes)}::text[])
        and not exists (
          select from outbox earlier
          where earlier.lane = o.lane and earlier.id < o.id and earlier.sent_at is null and earlier.dropped_at is null)
      order by o.due_at, o.id limit ${most}
      for update of o skip locked
    )
    update outbox set due_at = ${later(now, LEASE_MS)}::timestamptz from first where outbox.id = first.id
    returning outbox.id, lane, workspace_id as "workspaceId", team_id as "teamId", kind, payload, attempts,
      created_at as "createdAt"`);
}

/** Keeps rows that are still being worked on. */
export async function renewRows(db: Database, now: Date, ids: number[]): Promise<void> {
  await db.query(sql`
    update outbox set due_at = ${later(now, LEASE_MS)}::timestamptz
    where id = any(${sql.param(ids)}::bigint[]) and sent_at is null and dropped_at is null`);
}

/** Lets others have rows that this process will not finish. */
export async function giveBackRows(db: Database, now: Date, ids: number[]): Promise<void> {
  await db.query(sql`
    update outbox set due_at = ${now}::timestamptz
    where id = any(${sql.param(ids)}::bigint[]) and sent_at is null and dropped_at is null`);
}

/** Puts a row off without counting it as a failure. */
export async function putOff(db: Database, now: Date, id: number, waitMs: number): Promise<void> {
  await db.query(sql`update outbox set due_at = ${later(now, waitMs)}::timestamptz where id = ${id}::bigint`);
}

/** Puts a row off after a failure. */
export async function putOffFailed(
  db: Database,
  now: Date,
  id: number,
  waitMs: number,
  problem: string,
): Promise<void> {
  await db.query(sql`
    update outbox set due_at = ${later(now, waitMs)}::timestamptz, attempts = attempts + 1, problem = ${problem}::text
    where id = ${id}::bigint`);
}

export async function markSent(db: Database, now: Date, id: number): Promise<void> {
  await db.query(sql`
    update outbox set sent_at = ${now}::timestamptz
    where id = ${id}::bigint and sent_at is null and dropped_at is null`);
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
