import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { DEMO } from '../../../db/demo.ts';
import { CHANNELS, PEOPLE } from '../seed.ts';
import type { Panel } from '../ui/panels.ts';

/**
 * What the page's guided path speaks of: domains of the owner's team as they stand now, those of the demo first, so
 * that the path can be walked again when it has changed them.
 * @param db where they are
 */
export function storyPanel(db: Database): Panel {
  return {
    async state() {
      const [named, began] = await Promise.all([firstOfEachState(db), beginning(db)]);
      return {
        began,
        on: named.get('SSO on'),
        off: named.get('SSO off'),
        deletable: named.get('Verified'),
        unverified: named.get('Unverified'),
        owner: PEOPLE.owner,
        approver: PEOPLE.approver,
        channel: CHANNELS.notifications,
      };
    },
    actions: {},
  };
}

/** When this workspace was first filled: after a reset it is another one, and the path begins anew. */
async function beginning(db: Database): Promise<string | undefined> {
  const [first] = await db.query<{ began: string | null }>(
    sql`select extract(epoch from min(created_at))::text as began from teams`,
  );
  return first?.began ?? undefined;
}

async function firstOfEachState(db: Database): Promise<Map<string, string>> {
  const demo = DEMO.first.domains.map(({ name }) => name);
  const rows = await db.query<{ state: string; name: string }>(sql`
    select distinct on (d.state) d.state, d.name from domains d
    join members m on m.team_id = d.team_id and m.slack_id = ${PEOPLE.owner}::text and m.admin
    order by d.state, position(',' || d.name || ',' in ${`,${demo.join(',')},`}::text) = 0,
      position(',' || d.name || ',' in ${`,${demo.join(',')},`}::text), d.name`);
  return new Map(rows.map(({ state, name }) => [state, name]));
}
