import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { systemClock } from '../../../src/clock.ts';
import { secrets } from '../../../src/secrets.ts';
import { createWorkspaces } from '../../../src/slack/workspaces.ts';
import { jitSubmit, type Sender } from './payloads.ts';

/** Workspaces with one team each, as an app installed by many has, every team with domains of its own. */
export interface Tenants {
  teams: string[];
  /** The admin of a team. */
  admin(team: number): Sender;
  /** The id of a team's n-th domain. */
  domain(team: number, n: number): string;
  /** @returns so many submits, team by team in turns, each for a domain of its own: all allow what is not allowed yet */
  bodies(count: number): string[];
  /** Stops for all domains what the submits allow. */
  reset(db: Database): Promise<void>;
}

/**
 * Fills a database with them.
 * @param db a database with all tables
 * @param count how many workspaces
 * @param domains how many verified domains each team has
 */
export async function tenants(db: Database, count: number, domains: number): Promise<Tenants> {
  const keep = createWorkspaces(db, secrets(Buffer.alloc(32, 7)), systemClock);
  for (let n = 0; n < count; n += 1) {
    const token = { botToken: 'xoxb-bench', botId: 'B0BOT', botUserId: 'U0BOT' };
    await keep.keep({ id: `T0MANY${n}`, name: `Bench ${n}`, ...token });
  }
  const each = sql`generate_series(0, ${count - 1}::int) n`;
  await db.query(sql`
    insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
    select 'T0MANY' || n, role || n, role, 'Europe/Berlin', false, false, false, now()
    from ${each}, unnest(array['UADMIN', 'UAPPROVER']) role`);
  await db.query(sql`
    insert into teams (id, workspace_id, name, name_key, channel_id, created_at)
    select 'many-' || n, 'T0MANY' || n, 'Acme', 'acme', 'CMANY' || n, now() from ${each}`);
  await db.query(sql`
    insert into members (team_id, workspace_id, slack_id, admin, approver)
    select 'many-' || n, 'T0MANY' || n, role || n, role = 'UADMIN', role = 'UAPPROVER'
    from ${each}, unnest(array['UADMIN', 'UAPPROVER']) role`);
  // A domain begins Unverified: the trigger lets nothing else in.
  await db.query(sql`
    insert into domains (id, team_id, name, state, token, added_at, added_by)
    select 'd-' || n || '-' || m, 'many-' || n, 'd' || m || '.team' || n || '.example', 'Unverified',
      'token-' || n || '-' || m, now(), 'UADMIN' || n
    from ${each}, generate_series(0, ${domains - 1}::int) m`);
  await db.query(sql`update domains set state = 'Verified', verified_at = now() where id like 'd-%'`);
  await db.query(sql.raw('vacuum analyze'));
  const domain = (team: number, n: number) => `d-${team}-${n}`;
  const admin = (team: number) => ({ workspace: `T0MANY${team}`, person: `UADMIN${team}` });
  return {
    teams: Array.from({ length: count }, (_, n) => `many-${n}`),
    admin,
    domain,
    bodies: (wanted) =>
      Array.from({ length: wanted }, (_, n) => {
        const team = n % count;
        return jitSubmit(`many-${team}`, domain(team, Math.floor(n / count)), true, admin(team));
      }),
    async reset(other) {
      await other.query(sql`update domains set jit = false where jit`);
      await other.query(sql.raw('vacuum domains'));
    },
  };
}
