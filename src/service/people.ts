import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { Clock } from '../clock.ts';
import type { PersonFact } from './facts/facts.ts';
import type { PeopleStore } from './service.ts';

/**
 * What is known of people in Slack.
 * @param db where it is kept
 * @param clock when it was read
 */
export function peopleStore(db: Database, clock: Clock): PeopleStore {
  return {
    async unknown(workspaceId, slackIds) {
      const rows = await db.query<{ id: string }>(sql`
        select x.id from jsonb_array_elements_text(${JSON.stringify(slackIds)}::jsonb) as x(id)
        where not exists (select from people p where p.workspace_id = ${workspaceId}::text and p.slack_id = x.id)`);
      return rows.map(({ id }) => id);
    },
    async keep(workspaceId: string, people: PersonFact[]) {
      const rows = JSON.stringify(people);
      // Who may do what follows from these facts, so a change raises the version of the person's teams:
      // a write that was decided before it is decided again.
      await db.query(sql`
        with given as materialized (
          select * from jsonb_to_recordset(${rows}::jsonb) as x("slackId" text, name text, "timeZone" text,
            "slackAdmin" boolean, guest boolean, deactivated boolean)),
        changed as materialized (
          select g."slackId" from given g join people p on p.workspace_id = ${workspaceId}::text and p.slack_id = g."slackId"
          where (p.deactivated, p.guest, p.slack_admin) is distinct from (g.deactivated, g.guest, g."slackAdmin")),
        raised as (
          update teams t set version = t.version + 1 from members m join changed c on c."slackId" = m.slack_id
          where m.workspace_id = ${workspaceId}::text and t.id = m.team_id)
        insert into people (workspace_id, slack_id, name, time_zone, slack_admin, guest, deactivated, read_at)
        select ${workspaceId}::text, "slackId", name, "timeZone", "slackAdmin", guest, deactivated, ${clock.now()}::timestamptz
        from given
        on conflict (workspace_id, slack_id) do update set name = excluded.name, time_zone = excluded.time_zone,
          slack_admin = excluded.slack_admin, guest = excluded.guest, deactivated = excluded.deactivated,
          read_at = excluded.read_at`);
    },
  };
}
