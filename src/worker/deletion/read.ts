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
  /** How many people still hold something through the domain; counted only before the first batch, else 0. */
  people: number;
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
      d.total, d.released, d.first_batch_at is null as fresh,
      case when d.first_batch_at is not null then 0 else (
        select count(*) from (
          select user_id from memberships where via_domain_id = d.domain_id
          union select user_id from identities where domain_id = d.domain_id) held)
      end as people
    from deletions d join teams t on t.id = d.team_id where d.id = ${id}::text`);
  return deletion ?? null;
}
