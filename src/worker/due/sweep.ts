import { subDays } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';

/** Days for which what was told, and what could not be told, stays to be looked into. */
const SENT_DAYS = 3;
const DROPPED_DAYS = 30;

/** Rows removed by one statement, so that none of them holds others up for long. */
const MOST = 5000;

/** Removes what has served its time: used up sign-ins, links and notices, and notes about domains that are gone. */
export async function sweep(db: Database, now: Date): Promise<void> {
  const dayAgo = subDays(now, 1);
  const statements = [
    sql`delete from test_links where expires_at <= ${dayAgo}::timestamptz`,
    sql`delete from authn_requests where id in (
      select id from authn_requests where expires_at <= ${dayAgo}::timestamptz limit ${MOST})`,
    sql`delete from used_assertions where ctid in (
      select ctid from used_assertions where expires_at <= ${dayAgo}::timestamptz limit ${MOST})`,
    sql`delete from outbox where id in (
      select id from outbox
      where sent_at <= ${subDays(now, SENT_DAYS)}::timestamptz or dropped_at <= ${subDays(now, DROPPED_DAYS)}::timestamptz
      order by id limit ${MOST})`,
    sql`delete from installation i where i.key like 'domain-warned:%' and not exists (
      select from domains d where i.key = 'domain-warned:' || d.id and d.state = 'Unverified')`,
  ];
  for (const statement of statements) await db.query(statement);
}
