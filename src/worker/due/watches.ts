import { addMinutes, addSeconds } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { CardKey } from '../../service/effects/effect.ts';
import { CHANNEL_REASONS } from '../refusals.ts';
import { doOnce } from './once.ts';

/** A job moves its deletion far more often; the queue itself starts a dead worker's job again after some seconds. */
const VANISHED_SECONDS = 60;

/** Starts the job of a deletion again that has not moved for a while: the queue may have lost or given it up. */
export async function watchDeletions(db: Database, now: Date, most: number): Promise<number> {
  const since = addSeconds(now, -VANISHED_SECONDS);
  const still = await db.query<{ id: string; workspaceId: string }>(sql`
    select d.id, t.workspace_id as "workspaceId" from deletions d join teams t on t.id = d.team_id
    where d.status = 'Running' and d.moved_at <= ${since}::timestamptz order by d.moved_at limit ${most}`);
  for (const { id, workspaceId } of still) {
    await doOnce(db, {
      workspaceId,
      now,
      // `moved_at` also says when it was last looked after, so that the next look comes a minute later.
      claim: sql`
        update deletions set moved_at = ${now}::timestamptz
        where id = ${id}::text and status = 'Running' and moved_at <= ${since}::timestamptz returning id`,
      tell: [{ type: 'start.job', name: 'deletion', data: { deletion: id } }],
    });
  }
  return still.length;
}

/**
 * Has cards posted that are missing: their channel did not take them, and has been mended or changed since. What
 * was refused for another reason is tried again after an hour.
 */
export async function watchCards(db: Database, now: Date, most: number): Promise<number> {
  const missing = await db.query<{ key: CardKey; workspaceId: string }>(sql`
    with wanted as (
      select 'request:' || id as key, team_id from requests
      where status in ('Pending', 'Approved') and created_at <= ${addMinutes(now, -1)}::timestamptz
      union all
      select 'deletion:' || id, team_id from deletions
      where status in ('Running', 'Stuck') and started_at <= ${addMinutes(now, -1)}::timestamptz)
    select w.key, t.workspace_id as "workspaceId" from wanted w join teams t on t.id = w.team_id
    where not exists (select from messages m where m.key = w.key)
      and not exists (
        select from installation i
        where i.key = 'channel-trouble:' || t.id and starts_with(i.value, t.channel_id || ' '))
      and not exists (
        select from outbox o where o.lane = 'card:' || w.key and o.sent_at is null and o.dropped_at is null)
      and not exists (
        select from outbox o
        where o.lane = 'card:' || w.key and o.dropped_at > ${addMinutes(now, -60)}::timestamptz
          and o.problem <> all(${sql.param(CHANNEL_REASONS)}::text[]))
    limit ${most}`);
  for (const { key, workspaceId } of missing) {
    await doOnce(db, {
      workspaceId,
      now,
      // Not strictly once, and need not be: drawing a card that shows the same already changes nothing.
      claim: sql`
        select 1 where not exists (
          select from outbox where lane = ${`card:${key}`}::text and sent_at is null and dropped_at is null)`,
      tell: [{ type: 'tell.card', key }],
    });
  }
  return missing.length;
}
