import { type SQL, sql } from 'drizzle-orm';
import { TRACE, traceId } from '../trace.ts';
import type { Telling } from './effects/effect.ts';

/**
 * A row of the outbox before it is written. Lanes keep order within and never wait for each other. Its payload names
 * the request it comes from, so that what is done with it later is logged under the same id.
 */
export interface OutboxRow {
  workspaceId: string;
  teamId: string | null;
  kind: 'card' | 'thread' | 'channel' | 'person' | 'job' | 'mail';
  lane: string;
  payload: Record<string, unknown>;
}

/**
 * @param telling what an operation wants told or started
 * @param workspaceId where
 * @returns the row for it
 */
export function outboxRow(telling: Telling, workspaceId: string): OutboxRow {
  const row = (
    kind: OutboxRow['kind'],
    lane: string,
    payload: Record<string, unknown>,
    teamId: string | null = null,
  ) => ({
    workspaceId,
    teamId,
    kind,
    lane,
    payload: { ...payload, ...(traceId() && { [TRACE]: traceId() }) },
  });
  switch (telling.type) {
    case 'tell.card':
      return row('card', `card:${telling.key}`, { key: telling.key });
    case 'tell.thread':
      return row('thread', `card:${telling.key}`, { key: telling.key, document: telling.document });
    case 'tell.channel':
      return row(
        'channel',
        `channel:${telling.teamId}`,
        { teamId: telling.teamId, document: telling.document },
        telling.teamId,
      );
    case 'tell.person':
      return row(
        'person',
        `person:${telling.slackId}`,
        {
          slackId: telling.slackId,
          document: telling.document,
          ...(telling.about && { about: telling.about }),
        },
        telling.teamId,
      );
    case 'start.job':
      // Each in a lane of its own: one that the queue does not take must not keep the others.
      return row('job', `job:${telling.name}:${Object.values(telling.data).join(':')}`, {
        name: telling.name,
        data: telling.data,
      });
  }
}

/**
 * A part of a statement that writes outbox rows, in their order.
 * @param rows what goes out; none gives nothing
 * @param now when it is due: at once
 * @param only a condition under which they are written
 */
export function outboxCtes(rows: OutboxRow[], now: Date, only: SQL): SQL[] {
  if (rows.length === 0) return [];
  return [
    sql`outbox_added as (
      insert into outbox (workspace_id, team_id, kind, lane, payload, created_at, due_at)
      select x.value->>'workspaceId', x.value->>'teamId', x.value->>'kind', x.value->>'lane', x.value->'payload',
        ${now}::timestamptz, ${now}::timestamptz
      from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) with ordinality as x(value, position)
      where ${only} order by x.position)`,
  ];
}

/** A whole statement that writes outbox rows: for bulk work that does not go through `commit`. */
export function appendOutbox(rows: OutboxRow[], now: Date): SQL {
  return sql`with ${sql.join(outboxCtes(rows, now, sql`true`), sql`, `)} select 1`;
}
