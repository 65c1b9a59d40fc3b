import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';

/** A deletion as its job sees it. */
export interface Deletion {
  id: string;
  teamId: string;
  workspaceId: string;
  domainId: string;
  domainName: string;
  requestId: string | null;
  askedBy: string;
  status: 'Running' | 'Stuck' | 'Cancelled' | 'Done';
  startedAt: Date;
  /** Nobody is released before. */
  beginsAt: Date;
  total: number;
  released: number;
  /** No batch has run yet: it can still be cancelled. */
  fresh: boolean;
}

/**
 * @param id the deletion's
 * @returns the deletion, or null when there is none
 */
export async function readDeletion(db: Database, id: string): Promise<Deletion | null> {
  const [deletion] = await db.query<Deletion>(sql`
    select d.id, d.team_id as "teamId", t.workspace_id as "workspaceId", d.domain_id as "domainId",
      d.domain_name as "domainName", d.request_id as "requestId", d.asked_by as "askedBy", d.status,
      d.started_at as "startedAt", coalesce(d.begins_at, d.started_at) as "beginsAt",
      d.total, d.released, d.first_batch_at is null as fresh
    from deletions d join teams t on t.id = d.team_id where d.id = ${id}::text`);
  return deletion ?? null;
}

/**
 * @param domainId a domain
 * @returns how many people hold something through it, by its indexes alone; to be asked once, before the first batch
 */
export async function countHeld(db: Database, domainId: string): Promise<number> {
  // In the order of both indexes, which are merged as they are: no set of everybody is made, in memory or elsewhere.
  const [held] = await db.query<{ people: number }>(sql`
    select count(*) as people
    from (select user_id from memberships where via_domain_id = ${domainId}::text order by user_id) m
    full join (select user_id from identities where domain_id = ${domainId}::text order by user_id) i using (user_id)`);
  return held?.people ?? 0;
}
