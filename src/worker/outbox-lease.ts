import { sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import type { OutboxRow } from './outbox-row.ts';

/**
 * How long a row that was taken stays with its holder, who renews it while it lives. When the holder is gone, the
 * lane goes on after this time. The lease is the row's `due_at`: a row taken is due again when the lease ends.
 */
export const LEASE_MS = 10_000;

/** Nothing is put off for so long. A row that seems to be was put off by a clock that was ahead, and is due. */
const FURTHEST_MS = 15 * 60_000;

/**
 * Takes the first waiting row of lanes that are due. Whoever asks at the same moment gets other lanes; a lane whose
 * first row is taken or not due gives none, so its order holds across processes.
 * Lanes are visited by their names, one step in the index each, so that what waits in a lane costs nothing: an
 * anti-join over the rows took more than a minute with 30,000 rows in one lane. The chosen rows are then looked at
 * once more as they are locked; by `coalesce` their ids are the only index that fits.
 * @param lanes lanes this process holds already
 * @param most how many rows at most
 * @param after the lane after which to begin, so that each gets its turn
 * @returns the rows by lane
 */
export function takeRows(
  db: Database,
  now: Date,
  lanes: string[],
  most: number,
  after = '',
): Promise<OutboxRow[]> {
  const due = sql`(due_at <= ${now}::timestamptz or due_at > ${later(now, FURTHEST_MS)}::timestamptz)`;
  return db.query<OutboxRow>(sql`
    with recursive heads as (
      (select lane, id, due_at from outbox
        where lane > ${after}::text and sent_at is null and dropped_at is null order by lane, id limit 1)
      union all
      select next.* from heads cross join lateral (
        select lane, id, due_at from outbox
        where lane > heads.lane and sent_at is null and dropped_at is null order by lane, id limit 1) next
    ),
    chosen as materialized (
      select id from heads
      where ${due} and lane <> all(${sql.param(lanes)}::text[]) limit ${most}),
    free as materialized (
      select o.id from outbox o
      where o.id = any(array(select id from chosen)) and ${due}
        and coalesce(o.sent_at, o.dropped_at) is null
      for update of o skip locked),
    taken as (
      update outbox o set due_at = ${later(now, LEASE_MS)}::timestamptz from free where o.id = free.id
      returning o.id, o.lane, o.workspace_id as "workspaceId", o.team_id as "teamId", o.kind, o.payload, o.attempts, o.problem,
        o.created_at as "createdAt")
    select taken.*, t.channel_id as "channelId" from taken left join teams t on t.id = taken."teamId" order by lane`);
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

/**
 * Puts a row off after a failure.
 * @param most failures of this kind are counted up to so many
 */
export async function putOffFailed(
  db: Database,
  now: Date,
  id: number,
  { waitMs, problem, most }: { waitMs: number; problem: string; most: number },
): Promise<void> {
  await db.query(sql`
    update outbox set due_at = ${later(now, waitMs)}::timestamptz, problem = ${problem}::text,
      attempts = greatest(attempts, least(attempts + 1, ${most}::int))
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
