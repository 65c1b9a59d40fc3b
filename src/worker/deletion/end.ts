import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { auditCtes } from '../../service/audit.ts';
import type { Telling } from '../../service/effects/effect.ts';
import { outboxCtes, outboxRow } from '../../service/outbox.ts';
import type { Deletion } from './read.ts';
import { doneWords, endedWords, stuckWords } from './words.ts';

/**
 * Ends a deletion whose people are all released: the domain goes, the request is Done, and all who are to hear of it
 * will. One statement, guarded, so that it happens once.
 * @param deletion with `released` as the last batch left it
 * @returns whether it ended now; not when people came meanwhile, or another process released some or was first
 */
export async function endDeletion(db: Database, deletion: Deletion, now: Date): Promise<boolean> {
  const { id, teamId, domainId, domainName, requestId, askedBy, workspaceId, released } = deletion;
  const key = `deletion:${id}` as const;
  const tellings: Telling[] = [
    { type: 'tell.card', key },
    { type: 'tell.thread', key, document: endedWords(deletion, now) },
    ...(requestId ? [{ type: 'tell.card', key: `request:${requestId}` } as const] : []),
    { type: 'tell.person', teamId, slackId: askedBy, document: doneWords(deletion, released), about: key },
  ];
  const only = sql`exists (select from gone)`;
  // Locked in the order in which every write locks: domains, requests, and only then the deletion.
  const parts: SQL[] = [
    sql`held_domain as materialized (
      select d.id from domains d where d.id = ${domainId}::text and d.state = 'Deleting' for update of d)`,
    sql`held_request as materialized (
      select r.id from requests r where r.id = ${requestId}::text and r.status = 'Approved' for no key update of r)`,
    sql`live as materialized (
      select x.id, x.domain_id from deletions x
      where x.id = ${id}::text and x.status = 'Running' and x.released = ${released}::int
        and exists (select from held_domain)
        and (select count(*) from held_request) >= 0
        and not exists (select from memberships m where m.via_domain_id = x.domain_id)
        and not exists (select from identities i where i.domain_id = x.domain_id)
      for no key update of x)`,
    sql`gone as (delete from domains d using live where d.id = live.domain_id returning d.id)`,
    sql`ended as (
      update deletions x set status = 'Done', ended_at = ${now}::timestamptz, moved_at = ${now}::timestamptz,
        first_batch_at = coalesce(x.first_batch_at, ${now}::timestamptz), total = x.released, problem = null
      from live, gone where x.id = live.id)`,
    sql`request_done as (
      update requests r set status = 'Done', version = r.version + 1, ended_at = ${now}::timestamptz
      from held_request, gone where r.id = held_request.id)`,
    ...auditCtes(
      [
        {
          teamId,
          actor: askedBy,
          kind: 'domain.delete',
          outcome: 'Done',
          subjectName: domainName,
          detail: { act: `Delete ${domainName}`, requestId, released },
        },
      ],
      now,
      only,
    ),
    ...outboxCtes(
      tellings.map((telling) => outboxRow(telling, workspaceId)),
      now,
      only,
    ),
  ];
  const gone = await db.query(sql`with recursive ${sql.join(parts, sql`, `)} select id from gone`);
  if (gone.length > 0) db.notify('outbox');
  return gone.length > 0;
}

/**
 * Notes a failure. After the last attempt the deletion is Stuck and waits for a person, who is told.
 * @param most failures in a row after which it is Stuck
 * @returns how many failures in a row there were, or null when it is no longer running
 */
export async function noteFailure(
  db: Database,
  deletion: Deletion,
  problem: string,
  most: number,
  now: Date,
): Promise<{ attempts: number; stuck: boolean } | null> {
  const { id, teamId, domainName, askedBy, workspaceId } = deletion;
  const key = `deletion:${id}` as const;
  const tellings: Telling[] = [
    { type: 'tell.card', key },
    { type: 'tell.person', teamId, slackId: askedBy, document: stuckWords(deletion, problem), about: key },
  ];
  const only = sql`exists (select from failed where stuck)`;
  const parts = [
    sql`failed as (
      update deletions set attempts = attempts + 1, problem = ${problem}::text, moved_at = ${now}::timestamptz,
        status = case when attempts + 1 >= ${most}::int then 'Stuck' else status end
      where id = ${id}::text and status = 'Running'
      returning attempts, status = 'Stuck' as stuck)`,
    ...auditCtes(
      [
        {
          teamId,
          actor: askedBy,
          kind: 'domain.delete',
          outcome: 'Stuck',
          subjectName: domainName,
          detail: { act: `Delete ${domainName}`, note: problem },
        },
      ],
      now,
      only,
    ),
    ...outboxCtes(
      tellings.map((telling) => outboxRow(telling, workspaceId)),
      now,
      only,
    ),
  ];
  const [failed] = await db.query<{ attempts: number; stuck: boolean }>(
    sql`with recursive ${sql.join(parts, sql`, `)} select attempts, stuck from failed`,
  );
  if (failed?.stuck) db.notify('outbox');
  return failed ?? null;
}
