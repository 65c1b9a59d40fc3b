import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { Clock } from '../../clock.ts';

export interface TurnOffMailOptions {
  db: Database;
  clock: Clock;
  /** People written to by one statement. */
  batch?: number;
  /** Wait while so much mail of it has not gone out yet. */
  waitMs?: number;
}

/** Mails of one turning off go out so many at a time: the relay carries a lane's rows one after the other. */
const LANES = 4;

/**
 * Makes the job that writes to everyone whom turning SSO off touches: batch after batch into the outbox, each in one
 * statement with the cursor, so that nobody is written to twice and nobody is left out, whenever the process dies or
 * the job runs twice. It waits for the mail server, so that the outbox stays small, and ends early when SSO is on
 * again.
 * @returns the job; given the id of the turning off and a signal that ends it between two batches, by throwing
 */
export function turnOffMailJob({
  db,
  clock,
  batch = 100,
  waitMs = 250,
}: TurnOffMailOptions): (id: string, signal: AbortSignal) => Promise<void> {
  return async (id, signal) => {
    for (;;) {
      signal.throwIfAborted();
      if (await stillWaiting(db, id, batch)) {
        await sleep(waitMs, undefined, { signal });
        continue;
      }
      if (await writeBatch(db, id, batch, clock.now())) return;
    }
  };
}

const lanesOf = (id: string): string[] => Array.from({ length: LANES }, (_, n) => `mail:off:${id}:${n}`);

async function stillWaiting(db: Database, id: string, most: number): Promise<boolean> {
  const rows = await db.query(sql`
    select 1 from outbox where lane = any(${sql.param(lanesOf(id))}::text[]) and sent_at is null and dropped_at is null
    limit ${most}`);
  return rows.length === most;
}

/** @returns whether nothing is left to do */
async function writeBatch(db: Database, id: string, size: number, now: Date): Promise<boolean> {
  const lanes = JSON.stringify(lanesOf(id));
  const [row] = await db.query<{ left: boolean }>(sql`
    with live as materialized (
      select o.id, o.team_id, o.request_id, o.mailed_to, d.name, t.workspace_id
      from turn_offs o join domains d on d.id = o.domain_id join teams t on t.id = o.team_id
      where o.id = ${id}::text and o.mail and o.mail_ended_at is null and d.state <> 'SSO on'
      for no key update of o),
    people as materialized (
      select u.id, u.email, u.password_hash is not null as has_password, live.name, live.workspace_id, live.team_id
      from users u cross join live
      where u.domain = (select name from live) and u.id > (select mailed_to from live)
      order by u.id limit ${size}),
    queued as (
      insert into outbox (workspace_id, team_id, kind, lane, payload, created_at, due_at)
      select workspace_id, team_id, 'mail', ${lanes}::jsonb->>(id % ${LANES})::int,
        jsonb_build_object('letter', 'sso-off', 'to', email, 'domain', name, 'hasPassword', has_password),
        ${now}::timestamptz, ${now}::timestamptz
      from people order by id),
    moved as (
      update turn_offs o set mailed_to = greatest(o.mailed_to, (select coalesce(max(id), 0) from people)),
        mailed = o.mailed + (select count(*) from people)::int,
        mail_ended_at = case when (select count(*) from people) < ${size} then ${now}::timestamptz end
      from live where o.id = live.id returning o.mail_ended_at, live.request_id, live.workspace_id, live.team_id),
    told as (
      insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
      select workspace_id, 'card', 'card:request:' || request_id, jsonb_build_object('key', 'request:' || request_id),
        ${now}::timestamptz, ${now}::timestamptz
      from moved where mail_ended_at is not null and request_id is not null)
    select exists (select from moved where mail_ended_at is null) as left`);
  db.notify('outbox');
  return row?.left !== true;
}
