import { sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import type { TestRow } from './lists.ts';

/**
 * @param db what answers
 * @param connectionId a connection
 * @returns its last test sign-in, passed or not; null when there was none
 */
export async function lastTest(db: Queryable, connectionId: string): Promise<TestRow | null> {
  const [row] = await db.query<TestRow>(sql`
    select at, slack_id as "slackId", passed, config_hash as "configHash" from evidence
    where connection_id = ${connectionId}::text order by at desc limit 1`);
  return row ?? null;
}
