import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { Telling } from '../../service/effects/effect.ts';
import { outboxCtes, outboxRow } from '../../service/outbox.ts';
import { countHeld, type Deletion } from './read.ts';
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

/** What came of a batch. */
export interface Batch {
  /** How many were released. */
  released: number;
  /** The highest of their user ids; null when nobody is left above it. */
  last: number | null;
}

/**
 * Releases a batch of people: their identities and memberships held through the domain go, their accounts stay.
 * One statement and one round trip, so that figures and people always agree, whenever the process dies; before the
 * first one everybody is counted, for its words. The first one ends the time in which the deletion can be cancelled,
 * and raises the domain's version, so that a cancelling that was decided before it is decided again.
 * @param deletion as it was read, with `released` as the batch before left it
 * @returns what came of it; null when nothing was done, because it is no longer running or another process releases
 *   its people too: read it again
 */
export async function releaseBatch(
  db: Database,
  deletion: Deletion,
  { now, after, size, tell }: BatchOptions,
): Promise<Batch | null> {
  const { id, fresh, domainId, workspaceId } = deletion;
  const key = `deletion:${id}` as const;
  const people = fresh ? await countHeld(db, domainId) : 0;
  const tellings: Telling[] = tell ? [{ type: 'tell.card', key }] : [];
  if (fresh) tellings.push({ type: 'tell.thread', key, document: beganWords(people) });
  const rows = tellings.map((telling) => outboxRow(telling, workspaceId));
  const parts: SQL[] = [
    ...(fresh ? [sql`held_domain as materialized (${heldDomain(domainId)})`] : []),
    // The lock sees the row as it is now, the people below are seen as the statement began: when another process
    // released some in between, the figure has moved, and this batch would count them twice.
    sql`live as materialized (
      select d.id, d.domain_id from deletions d
      where d.id = ${id}::text and d.status = 'Running' and d.released = ${deletion.released}::int
        and (d.first_batch_at is null) = ${fresh}::boolean
        ${fresh ? sql`and (select count(*) from held_domain) >= 0` : sql.empty()}
      for no key update of d)`,
    ...(fresh
      ? [
          sql`raised as (
            update domains d set version = d.version + 1 from held_domain h
            where d.id = h.id and exists (select from live))`,
        ]
      : []),
    // Counted by the indexes before they go: what a DELETE returns it fetches anew from the table, each row.
    sql`people as materialized (
      select count(*)::int as n, max(user_id) as last from (
        (select user_id from memberships
          where via_domain_id = ${domainId}::text and user_id > ${after}::bigint order by user_id limit ${size}::int)
        union
        (select user_id from identities
          where domain_id = ${domainId}::text and user_id > ${after}::bigint order by user_id limit ${size}::int)
        order by user_id limit ${size}::int) held)`,
    // As a range rather than a join, which are the same people: a generic plan would look through all that is held
    // through the domain, each time.
    sql`memberships_gone as (
      delete from memberships m
      where m.via_domain_id = (select domain_id from live)
        and m.user_id > ${after}::bigint and m.user_id <= (select last from people))`,
    sql`identities_gone as (
      delete from identities i
      where i.domain_id = (select domain_id from live)
        and i.user_id > ${after}::bigint and i.user_id <= (select last from people))`,
    sql`moved as (
      update deletions d set
        total = greatest(${fresh ? sql`${people}::int` : sql`d.total`}, d.released + people.n),
        released = d.released + people.n,
        first_batch_at = coalesce(d.first_batch_at, ${now}::timestamptz),
        moved_at = ${now}::timestamptz,
        -- Only progress makes earlier failures forgotten.
        attempts = case when people.n > 0 then 0 else d.attempts end,
        problem = case when people.n > 0 then null else d.problem end
      from live, people where d.id = live.id)`,
    // A card that is still to be drawn shows these figures too. What is told of the beginning is told once.
    ...outboxCtes(
      rows,
      now,
      fresh
        ? sql`exists (select from live)`
        : sql`exists (select from live) and not exists (
            select from outbox where lane = ${`card:${key}`}::text and sent_at is null and dropped_at is null)`,
    ),
  ];
  const [batch] = await db.query<Batch>(
    sql`with ${sql.join(parts, sql`, `)} select people.n as released,
      case when people.n = ${size}::int then people.last end as last from live, people`,
  );
  if (batch && rows.length > 0) db.notify('outbox');
  return batch ?? null;
}

/** Locked in the order in which every write locks: the domain, which only the first batch changes, then the deletion. */
function heldDomain(domainId: string): SQL {
  return sql`select d.id from domains d where d.id = ${domainId}::text for no key update of d`;
}
