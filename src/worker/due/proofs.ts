import { addMinutes } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { Service } from '../../service/service.ts';

/** Looks at once; the next come with the next turn, so that DNS servers that do not answer hold nothing up. */
const AT_ONCE = 20;
/** When somebody looks for it whose process then dies, it is looked for again after so long. */
const LEASE_MINUTES = 2;

/** Looks that say themselves when the next one comes, or that are to be made again. */
const GOES_ON = new Set(['dns-unknown', 'not-proven', 'busy']);

interface Unproved {
  domainId: string;
  teamId: string;
  workspaceId: string;
}

/**
 * Looks for the TXT records of domains that are due for it. Whoever moves `look_at` on is the one who looks.
 * @param db where
 * @param now the present moment
 * @param service what looks, and does what follows
 * @returns 0, so that the rest waits for the next turn
 */
export async function lookForProofs(
  db: Database,
  now: Date,
  service: Pick<Service, 'lookForProof'>,
): Promise<number> {
  const lease = addMinutes(now, LEASE_MINUTES);
  const mine = await db.query<Unproved>(sql`
    with due as materialized (
      select id, look_at from domains where look_at <= ${now}::timestamptz and state = 'Unverified'
      order by look_at limit ${AT_ONCE} for no key update skip locked)
    update domains d set look_at = ${lease}::timestamptz from due, teams t
    where d.id = due.id and d.look_at = due.look_at and t.id = d.team_id
    returning d.id as "domainId", d.team_id as "teamId", t.workspace_id as "workspaceId"`);
  await Promise.all(
    mine.map(async (domain) => {
      const outcome = await service.lookForProof(domain);
      if (outcome.type !== 'refused' || GOES_ON.has(outcome.refusal.code)) return;
      // Another team has it by now, say: looking on would change nothing.
      await db.query(sql`
        update domains set look_at = null where id = ${domain.domainId}::text and look_at = ${lease}::timestamptz`);
    }),
  );
  return 0;
}
