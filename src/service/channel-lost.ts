import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { Clock } from '../clock.ts';
import { say } from '../words/document.ts';
import { troubleKey } from './channel-trouble.ts';
import { OUTBOX_CHANNEL } from './effects/commit.ts';
import type { Telling } from './effects/effect.ts';
import { outboxCtes, outboxRow } from './outbox.ts';

/**
 * Tells the admins of each team whose notifications channel was archived or deleted, so that they can choose another
 * before the next approval would be posted there.
 * @param db where teams are
 * @param clock when it is told
 * @param workspaceId where it happened
 * @param channelId which channel
 */
export async function channelLost(
  db: Database,
  clock: Clock,
  workspaceId: string,
  channelId: string,
): Promise<void> {
  const admins = await db.query<{ team: string; name: string; admin: string }>(sql`
    select t.id as team, t.name, m.slack_id as admin from teams t
      join members m on m.team_id = t.id and m.admin
      join people p on p.workspace_id = m.workspace_id and p.slack_id = m.slack_id and not p.deactivated
    where t.workspace_id = ${workspaceId} and t.channel_id = ${channelId} order by m.slack_id`);
  for (const team of new Set(admins.map((row) => row.team))) {
    const rows = admins
      .filter((row) => row.team === team)
      .map(({ name, admin }) => outboxRow(notice(team, name, admin), workspaceId));
    // Slack tells it again when it is unsure, and the next refused message tells it as well.
    const known = sql`known as (
      insert into installation (key, value) values (${troubleKey(team)}::text, ${`${channelId} is_archived`}::text)
      on conflict (key) do update set value = excluded.value where installation.value <> excluded.value
      returning key)`;
    const told = outboxCtes(rows, clock.now(), sql`exists (select from known)`);
    await db.query(sql`with ${sql.join([known, ...told], sql`, `)} select 1`);
  }
  db.notify(OUTBOX_CHANNEL);
}

function notice(team: string, name: string, admin: string): Telling {
  return {
    type: 'tell.person',
    teamId: team,
    slackId: admin,
    document: say(
      [
        'The notifications channel of ',
        { bold: name },
        ' was archived or deleted, so cards and notices no longer arrive there. Choose another one.',
      ],
      [{ label: 'Team settings', go: 'open', kind: 'settings', args: { team } }],
    ),
  };
}
