import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';

/** A sign-in by an identity provider, or a test of one, as the panel shows it. */
export interface ShownSignIn {
  at: string;
  email: string;
  /** Through which connection. */
  to: string;
  ok: boolean;
  detail: string;
}

const SHOWN = 10;

/**
 * The newest sign-ins that still last, and tests, newest first.
 * @param db where Drawbridge keeps them
 */
export async function newestSignIns(db: Database): Promise<ShownSignIn[]> {
  const rows = await db.query<{
    at: Date | string;
    email: string | null;
    to: string;
    ok: boolean;
    test: boolean;
  }>(sql`
    (select s.created_at as at, u.email, c.name as "to", true as ok, false as test
      from sessions s join users u on u.id = s.user_id join connections c on c.id = s.connection_id
      order by s.created_at desc limit ${SHOWN}::int)
    union all
    (select e.at, (select a -> 'values' ->> 0 from jsonb_array_elements(e.report -> 'attributes') a
        where a ->> 'name' = 'email'), c.name, e.passed, true
      from evidence e join connections c on c.id = e.connection_id
      order by e.at desc limit ${SHOWN}::int)
    order by at desc limit ${SHOWN}::int`);
  return rows.map(({ at, email, to, ok, test }) => ({
    at: new Date(at).toISOString(),
    email: email ?? '',
    to,
    ok,
    detail: test ? `${to}, a test that ${ok ? 'passed' : 'failed'}` : to,
  }));
}
