import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';

/** At most so many tries within so many minutes, by one key. */
export interface Limit {
  /** What is tried, and by whom: `password:address`, `anna@acme.com`. */
  what: string;
  who: string;
  most: number;
  minutes: number;
}

/** Rows of keys are few and short-lived, and hold no address that could be read. */
function keyOf({ what, who }: Limit): string {
  return `${what}:${createHash('sha256').update(who).digest('base64url')}`;
}

/**
 * Counts a try against every limit, in one statement that all processes share, so that many at once cannot slip
 * through. A window begins with its first try and is not prolonged by further ones.
 * @param db where it is counted
 * @param limits what it counts against
 * @param now windows end by our clock
 * @returns whether it may go on; if not, after how many seconds it may again
 */
export async function countTry(
  db: Queryable,
  limits: Limit[],
  now: Date,
): Promise<{ ok: true } | { ok: false; seconds: number }> {
  const asked = limits.map((limit) => ({ key: keyOf(limit), most: limit.most, minutes: limit.minutes }));
  // Over, or begun by a clock that was ahead by more than a window: nobody waits until it is that late again.
  const over = sql`(select r.began_at <= ${now}::timestamptz - make_interval(mins => a.minutes)
    or r.began_at > ${now}::timestamptz + make_interval(mins => a.minutes) from asked a where a.key = r.key)`;
  const [row] = await db.query<{ seconds: number | null }>(sql`
    with asked as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as x(key text, most int, minutes int)),
    counted as (
      insert into rate_limits as r (key, began_at, times)
      select key, ${now}::timestamptz, 1 from asked order by key
      on conflict (key) do update set
        times = case when ${over} then 1 else least(r.times, 1000000) + 1 end,
        began_at = case when ${over} then excluded.began_at else r.began_at end
      returning key, began_at, times)
    select max(extract(epoch from c.began_at + make_interval(mins => a.minutes) - ${now}::timestamptz))::float8 as seconds
    from counted c join asked a on a.key = c.key where c.times > a.most`);
  const seconds = row?.seconds ?? null;
  return seconds === null ? { ok: true } : { ok: false, seconds: Math.max(1, Math.ceil(seconds)) };
}

/** Takes a try back that was no guess: the person has shown who they are. */
export async function takeBackTry(db: Queryable, limit: Limit): Promise<void> {
  await db.query(sql`
    update rate_limits set times = times - 1 where key = ${keyOf(limit)}::text and times > 1`);
}

/** Forgets all tries by a key: the person has shown who they are. */
export async function forgetTries(db: Queryable, limit: Limit): Promise<void> {
  await db.query(sql`delete from rate_limits where key = ${keyOf(limit)}::text`);
}
