import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { Telling } from '../../service/effects/effect.ts';
import { outboxCtes, outboxRow } from '../../service/outbox.ts';
import type { Deletion } from './read.ts';
import { beganWords } from './words.ts';

export interface BatchOptions {
  now: Date;
  /** People with this id or a lower one were released before. */
  after: number;
  /** How many people at most. */
  size: number;
  /** Whether the card is to be drawn anew. */
  tell: boolean;
}

/**
 * Releases a batch of people: their identities and memberships held through the domain go, their accounts stay.
 * One statement, so that figures and people always agree, whenever the process dies. It does nothing when the
 * deletion was cancelled meanwhile; the first one ends the time in which it can be cancelled, and raises the domain's
 * version, so that a cancelling that was decided before it is decided again.
 * @returns the highest user id looked at, or null when nobody was left above `after`
 */
export async function releaseBatch(
  db: Database,
  deletion: Deletion,
  { now, after, size, tell }: BatchOptions,
): Promise<number | null> {
  const key = `deletion:${deletion.id}` as const;
  const tellings: Telling[] = tell ? [{ type: 'tell.card', key }] : [];
  if (deletion.fresh) {
    tellings.push({ type: 'tell.thread', key, document: beganWords(deletion) });
  }
  const rows = tellings.map((telling) => outboxRow(telling, deletion.workspaceId));
  // A card that is still to be drawn shows these figures too. What is told of the beginning is told once.
  const told = outboxCtes(
    rows,
    now,
    deletion.fresh
      ? sql`exists (select from live where first_batch_at is null)`
      : sql`exists (select from live) and not exists (
          select from outbox where lane = ${`card:${key}`}::text and sent_at is null and dropped_at is null)`,
  );
  const parts = [
    // Locked in the order in which every write locks: the domain, which only the first batch changes, then the deletion.
    sql`held_domain as materialized (
      select d.id from domains d where ${deletion.fresh}::boolean and d.id = ${deletion.domainId}::text
      for no key update of d)`,
    sql`live as materialized (
      select d.id, d.domain_id, d.first_batch_at from deletions d
      where d.id = ${deletion.id}::text and d.status = 'Running' and (select count(*) from held_domain) >= 0
      for no key update of d)`,
    sql`raised as (
      update domains d set version = d.version + 1 from live, held_domain h
      where d.id = h.id and live.first_batch_at is null)`,
    sql`people as materialized (
      (select user_id from memberships
        where via_domain_id = (select domain_id from live) and user_id > ${after}::bigint
        order by user_id limit ${size})
      union
      (select user_id from identities
        where domain_id = (select domain_id from live) and user_id > ${after}::bigint
        order by user_id limit ${size})
      order by user_id limit ${size})`,
    // As a range rather than a join, which are the same people: a generic plan would look through all that is held
    // through the domain, each time.
    sql`memberships_gone as (
      delete from memberships m
      where m.via_domain_id = (select domain_id from live)
        and m.user_id > ${after}::bigint and m.user_id <= (select max(user_id) from people)
      returning m.user_id)`,
    sql`identities_gone as (
      delete from identities i
      where i.domain_id = (select domain_id from live)
        and i.user_id > ${after}::bigint and i.user_id <= (select max(user_id) from people)
      returning i.user_id)`,
    // Counted by what really went: two jobs at once may look at the same people, but only one releases them.
    sql`released as (
      select count(*) as n from (select user_id from memberships_gone union select user_id from identities_gone) gone)`,
    sql`moved as (
      update deletions d set
        total = greatest(case when d.first_batch_at is null then ${deletion.people}::int else d.total end,
          d.released + released.n::int),
        released = d.released + released.n::int,
        first_batch_at = coalesce(d.first_batch_at, ${now}::timestamptz),
        moved_at = ${now}::timestamptz,
        -- Only progress makes earlier failures forgotten.
        attempts = case when released.n > 0 then 0 else d.attempts end,
        problem = case when released.n > 0 then null else d.problem end
      from live, released where d.id = live.id)`,
    ...told,
  ];
  const [batch] = await db.query<{ last: number | null }>(
    sql`with ${sql.join(parts, sql`, `)} select max(user_id) as last from people`,
  );
  if (rows.length > 0) db.notify('outbox');
  return batch?.last ?? null;
}
