import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { troubleKey } from '../service/channel-trouble.ts';
import type { CardKey } from '../service/effects/effect.ts';
import { EDITING, secondLook } from './second-look.ts';

/** Where a card stands, and a hash of what it shows. */
export interface Place {
  channel: string;
  ts: string;
  shown: string;
}

/** @returns where the card stands, or null when it was never posted */
export async function placeOf(db: Database, key: CardKey): Promise<Place | null> {
  const [place] = await db.query<Place>(
    sql`select channel, ts, shown from messages where key = ${key}::text`,
  );
  return place ?? null;
}

/**
 * Notes that a card is about to be edited, before Slack is asked: when nobody comes back from that, it is not known
 * what the card shows.
 * @param rowId the row of the outbox that is being told
 * @returns false when another process has told it meanwhile, since this one was away for too long
 */
export async function beginEdit(db: Database, key: CardKey, rowId: number): Promise<boolean> {
  const rows = await db.query(sql`
    update messages m set shown = ${EDITING}::text from outbox o
    where m.key = ${key}::text and o.id = ${rowId}::bigint and o.sent_at is null and o.dropped_at is null
    returning 1`);
  return rows.length > 0;
}

/** The edit was refused: the card shows what it showed before. */
export async function undoEdit(db: Database, key: CardKey, { channel, ts, shown }: Place): Promise<void> {
  await db.query(sql`
    update messages set shown = ${shown}::text
    where key = ${key}::text and channel = ${channel}::text and ts = ${ts}::text and shown = ${EDITING}::text`);
}

/**
 * Keeps where a card stands and what it shows. A post that worked also ends its team's trouble with the channel.
 * @param unsure whether an edit from before may still come: then the card is looked at once more
 */
export async function keepPlace(
  db: Database,
  now: Date,
  card: Place & { key: CardKey; workspaceId: string; teamId: string },
  unsure = false,
): Promise<void> {
  await db.query(sql`
    with mended as (${troubleOver(card.teamId, card.channel)}),
    ${secondLook(card.key, card.workspaceId, now, sql`${unsure}::boolean`)}
    insert into messages (key, workspace_id, channel, ts, shown, updated_at)
    values (${card.key}::text, ${card.workspaceId}::text, ${card.channel}::text, ${card.ts}::text,
      ${card.shown}::text, ${now}::timestamptz)
    on conflict (key) do update set channel = excluded.channel, ts = excluded.ts, shown = excluded.shown,
      updated_at = excluded.updated_at`);
}

/** Forgets a card that is no more, so that it is posted anew. */
export async function forgetPlace(db: Database, key: CardKey, { channel, ts }: Place): Promise<void> {
  await db.query(sql`
    delete from messages where key = ${key}::text and channel = ${channel}::text and ts = ${ts}::text`);
}

/** Ends a team's trouble with a channel: should it come again, the admins are told again. */
export function troubleOver(teamId: string, channel: string): SQL {
  return sql`delete from installation
    where key = ${troubleKey(teamId)}::text and starts_with(value, ${`${channel} `}::text)`;
}

/**
 * Ends a team's trouble with a channel, whichever it was, after its present one took a message. Cards of what still
 * goes on that stand in a channel given up are forgotten, so that they are posted in the present one.
 * @returns whether there was trouble
 */
export async function mended(db: Database, teamId: string): Promise<boolean> {
  const over = await db.query(sql`
    with over as (
      delete from installation where key = ${troubleKey(teamId)}::text
      returning split_part(value, ' ', 1) as channel),
    given_up as (
      delete from messages m using over, teams t
      where t.id = ${teamId}::text and over.channel <> t.channel_id and m.channel = over.channel
        and (m.key in (select 'request:' || r.id from requests r
            where r.team_id = t.id and r.status in ('Pending', 'Approved'))
          or m.key in (select 'deletion:' || d.id from deletions d
            where d.team_id = t.id and d.status in ('Running', 'Stuck'))))
    select 1 from over`);
  return over.length > 0;
}

/** @returns the team's notifications channel and workspace, or null when the team is gone */
export async function channelOf(
  db: Database,
  teamId: string,
): Promise<{ workspaceId: string; channelId: string } | null> {
  const [team] = await db.query<{ workspaceId: string; channelId: string }>(sql`
    select workspace_id as "workspaceId", channel_id as "channelId" from teams where id = ${teamId}::text`);
  return team ?? null;
}

/** @returns whether the card is still on its way */
export async function cardIsComing(db: Database, key: CardKey): Promise<boolean> {
  const rows = await db.query(sql`
    select 1 from outbox where lane = ${`card:${key}`}::text and sent_at is null and dropped_at is null limit 1`);
  return rows.length > 0;
}
