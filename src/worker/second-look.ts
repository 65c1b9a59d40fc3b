import { addMilliseconds } from 'date-fns';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import type { CardKey } from '../service/effects/effect.ts';

/** An edit that Slack was given and did not answer may still be carried out, after the one that was tried next. */
export const LATE_EDIT_MS = 30_000;

const lane = (key: CardKey): string => `again:${key}`;

/**
 * A part of a statement: has the card drawn once more when a late edit would be through, whatever it then shows by
 * our own notes. In a lane of its own, which keeps none of the card's other rows waiting.
 * @param key which card
 * @param workspaceId where
 * @param now the present moment
 * @param only a condition under which it is
 */
export function secondLook(key: CardKey, workspaceId: string, now: Date, only: SQL): SQL {
  return sql`second_look as (
    insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
    select ${workspaceId}::text, 'card', ${lane(key)}::text, ${JSON.stringify({ key, secondLook: true })}::jsonb,
      ${now}::timestamptz, ${addMilliseconds(now, LATE_EDIT_MS)}::timestamptz
    where ${only} and not exists (
      select from outbox where lane = ${lane(key)}::text and sent_at is null and dropped_at is null))`;
}

/** The time has come: forgets what the card is thought to show, and has it drawn in its own lane. */
export async function lookAgain(
  db: Database,
  now: Date,
  { key, workspaceId }: { key: CardKey; workspaceId: string },
): Promise<void> {
  await db.query(sql`
    with unknown as (
      update messages set shown = ${UNKNOWN}::text where key = ${key}::text and shown <> ${EDITING}::text returning key)
    insert into outbox (workspace_id, kind, lane, payload, created_at, due_at)
    select ${workspaceId}::text, 'card', ${`card:${key}`}::text, ${JSON.stringify({ key })}::jsonb,
      ${now}::timestamptz, ${now}::timestamptz from unknown`);
  db.notify('outbox');
}

/** What a card shows while it is being edited. Found by the next one who edits it, it means: nobody knows. */
export const EDITING = 'editing';
/** What a card shows that is to be drawn whatever it shows. */
export const UNKNOWN = 'unknown';

/** @returns a condition on rows of the outbox: not one for a second look, whose time is still to come */
export function isToBeToldNow(now: Date): SQL {
  return sql`not starts_with(lane, 'again:') or due_at <= ${now}::timestamptz`;
}
