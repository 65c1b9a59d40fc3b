import { subDays } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { doOnce } from '../due/once.ts';

/** How long the card of a turning off keeps counting. */
const DAYS = 14;

/**
 * Has the card of a turning off drawn anew when more or fewer people have a password than it shows; looked at once a
 * minute, for two weeks, and only for the last turning off of a domain whose SSO is still off.
 */
export async function watchPasswords(db: Database, now: Date, most: number): Promise<number> {
  const changed = await db.query<{ id: string; requestId: string; workspaceId: string; count: number }>(sql`
    select o.id, o.request_id as "requestId", t.workspace_id as "workspaceId", c.with_password as count
    from turn_offs o join domains d on d.id = o.domain_id join teams t on t.id = o.team_id
      join user_counts c on c.domain = d.name
    where o.at > ${subDays(now, DAYS)}::timestamptz and o.request_id is not null and d.state in ('SSO off', 'Verified')
      and c.with_password <> o.shown
      and not exists (select from turn_offs later where later.domain_id = d.id and later.at > o.at)
    order by o.at limit ${most}`);
  for (const { id, requestId, workspaceId, count } of changed) {
    await doOnce(db, {
      workspaceId,
      now,
      claim: sql`
        update turn_offs set shown = ${count}::int where id = ${id}::text and shown <> ${count}::int returning id`,
      tell: [{ type: 'tell.card', key: `request:${requestId}` }],
    });
  }
  return changed.length;
}
