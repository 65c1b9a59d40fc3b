import { subDays } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { EXPIRY_KEY } from './certificate-expiry.ts';
import { REPLACED_KEY } from './old-certificates.ts';

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
    sql`delete from used_assertions where ctid in (
      select ctid from used_assertions where expires_at <= ${dayAgo}::timestamptz limit ${MOST})`,
    sql`delete from sessions where token_hash in (
      select token_hash from sessions where expires_at <= ${now}::timestamptz limit ${MOST})`,
    sql`delete from password_resets where token_hash in (
      select token_hash from password_resets where expires_at <= ${dayAgo}::timestamptz limit ${MOST})`,
    sql`delete from rate_limits where key in (
      select key from rate_limits where began_at <= ${dayAgo}::timestamptz limit ${MOST})`,
    sql`delete from outbox where id in (
      select id from outbox
      where sent_at <= ${subDays(now, SENT_DAYS)}::timestamptz or dropped_at <= ${subDays(now, DROPPED_DAYS)}::timestamptz
      order by id limit ${MOST})`,
    sql`delete from installation i where i.key like 'domain-warned:%' and not exists (
      select from domains d where i.key = 'domain-warned:' || d.id and d.state = 'Unverified')`,
    sql`delete from installation i where starts_with(i.key, ${EXPIRY_KEY}::text) and not exists (
      select from certificates k where i.key = ${EXPIRY_KEY}::text || k.id)`,
    sql`delete from installation i where starts_with(i.key, ${REPLACED_KEY}::text) and not exists (
      select from certificates k where i.key = ${REPLACED_KEY}::text || k.id)`,
  ];
  for (const statement of statements) await db.query(statement);
  await sweepRequests(db, dayAgo);
}

/** All of them, however many: anybody may begin to sign in, and each time leaves one. */
async function sweepRequests(db: Database, before: Date): Promise<void> {
  for (;;) {
    const gone = await db.query(sql`
      delete from authn_requests where id in (
        select id from authn_requests where expires_at <= ${before}::timestamptz limit ${MOST}) returning 1`);
    if (gone.length < MOST) return;
  }
}
