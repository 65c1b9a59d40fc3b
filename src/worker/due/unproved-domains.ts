import { addDays, subDays } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { say } from '../../words/document.ts';
import { doOnce } from './once.ts';

/** Days after which a domain nobody proved is dropped, and how long before that its team is told. */
const DROP_DAYS = 30;
const WARN_DAYS = 5;

interface Unproved {
  id: string;
  name: string;
  teamId: string;
  workspaceId: string;
  addedBy: string;
}

/** Where it is kept that a team was told. */
const warnedKey = (domainId: string): string => `domain-warned:${domainId}`;

/** Tells a team that a domain will be dropped unless it is verified. */
export async function warnOfDropping(db: Database, now: Date, most: number): Promise<number> {
  const domains = await db.query<Unproved>(sql`
    select d.id, d.name, d.team_id as "teamId", t.workspace_id as "workspaceId", d.added_by as "addedBy"
    from domains d join teams t on t.id = d.team_id
    where d.state = 'Unverified' and d.added_at <= ${subDays(now, DROP_DAYS - WARN_DAYS)}::timestamptz
      and not exists (select from installation i where i.key = 'domain-warned:' || d.id)
    order by d.added_at limit ${most}`);
  for (const { id, name, teamId, workspaceId } of domains) {
    await doOnce(db, {
      workspaceId,
      now,
      claim: sql`
        insert into installation (key, value) values (${warnedKey(id)}::text, ${now.toISOString()}::text)
        on conflict do nothing returning key`,
      tell: [
        {
          type: 'tell.channel',
          teamId,
          document: say(
            [
              { bold: name },
              ' is still not verified. It will be dropped ',
              { time: addDays(now, WARN_DAYS) },
              ' unless its TXT record is found before.',
            ],
            [
              { label: 'Verify now', go: 'do', kind: 'domain.verify', args: { domain: id } },
              { label: 'Show the record', go: 'show', kind: 'status', args: { domain: id } },
            ],
          ),
        },
      ],
    });
  }
  return domains.length;
}

/** Drops domains that nobody proved, never sooner than `WARN_DAYS` after their team was told. */
export async function dropUnproved(db: Database, now: Date, most: number): Promise<number> {
  const domains = await db.query<Unproved>(sql`
    select d.id, d.name, d.team_id as "teamId", t.workspace_id as "workspaceId", d.added_by as "addedBy"
    from domains d join teams t on t.id = d.team_id join installation i on i.key = 'domain-warned:' || d.id
    where d.state = 'Unverified' and d.added_at <= ${subDays(now, DROP_DAYS)}::timestamptz
      and i.value <= ${subDays(now, WARN_DAYS).toISOString()}::text
      and not exists (select from requests r where r.subject_id = d.id and r.status in ('Pending', 'Approved'))
    order by d.added_at limit ${most}`);
  for (const { id, name, teamId, workspaceId } of domains) {
    await doOnce(db, {
      workspaceId,
      now,
      claim: sql`delete from domains where id = ${id}::text and state = 'Unverified' returning id`,
      audit: [
        {
          teamId,
          actor: 'Drawbridge',
          kind: 'domain.delete',
          outcome: 'Done',
          subjectName: name,
          detail: { act: `Drop ${name}`, note: `It was not verified for ${DROP_DAYS} days.` },
        },
      ],
      tell: [
        {
          type: 'tell.channel',
          teamId,
          document: say(
            [{ bold: name }, ` was dropped, because it was not verified for ${DROP_DAYS} days.`],
            [{ label: 'Add domains', go: 'open', kind: 'domain.add', args: { team: teamId } }],
          ),
        },
      ],
    });
  }
  return domains.length;
}
