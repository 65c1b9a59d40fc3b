import { sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { isToBeToldNow } from './second-look.ts';

/** How much of one kind is still to be told or started, and for how long, in seconds. */
export interface Backlog {
  kind: string;
  waiting: number;
  oldest: number;
}

/**
 * @param db the database
 * @param now the present moment
 * @returns one row for each kind, also for those of which nothing waits
 * @throws DatabaseUnavailable
 */
export function outboxBacklog(db: Database, now: Date): Promise<Backlog[]> {
  return db.query<Backlog>(sql`
    select kinds.kind, count(o.id) as waiting,
      coalesce(greatest(extract(epoch from ${now}::timestamptz - min(o.created_at)), 0), 0)::float8 as oldest
    from unnest(array['card', 'thread', 'channel', 'person', 'job']) as kinds(kind)
    left join outbox o on o.kind = kinds.kind and o.sent_at is null and o.dropped_at is null
      and (${isToBeToldNow(now)})
    group by kinds.kind order by kinds.kind`);
}
