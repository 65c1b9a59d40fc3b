import { addHours } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { Telling } from '../../service/effects/effect.ts';
import { showRequests } from '../../service/tellings.ts';
import { say } from '../../words/document.ts';
import { doOnce } from './once.ts';

/** Hours before the deadline at which those who have not decided are reminded. */
const REMIND_HOURS = 4;

interface Waiting {
  id: string;
  teamId: string;
  workspaceId: string;
  act: string;
  requester: string;
  deadline: Date;
  approvers: string[];
}

/** Reminds the approvers who have not decided, once, some hours before a request expires. */
export async function remind(db: Database, now: Date, most: number): Promise<number> {
  const waiting = await db.query<Waiting>(sql`
    select r.id, r.team_id as "teamId", r.workspace_id as "workspaceId", r.act, r.requester, r.deadline,
      array(select m.slack_id from members m
        join people p on p.workspace_id = m.workspace_id and p.slack_id = m.slack_id
        where m.team_id = r.team_id and m.approver and not p.deactivated and m.slack_id <> r.requester
          and not exists (select from decisions d where d.request_id = r.id and d.slack_id = m.slack_id)
        order by m.slack_id limit 25) as approvers
    from requests r
    where r.status = 'Pending' and r.reminded_at is null
      and r.deadline > ${now}::timestamptz and r.deadline <= ${addHours(now, REMIND_HOURS)}::timestamptz
    order by r.deadline limit ${most}`);
  for (const request of waiting) {
    await doOnce(db, {
      workspaceId: request.workspaceId,
      now,
      claim: sql`
        update requests set reminded_at = ${now}::timestamptz
        where id = ${request.id}::text and status = 'Pending' and reminded_at is null returning id`,
      tell: tellings(request),
    });
  }
  return waiting.length;
}

function tellings({ id, teamId, act, requester, deadline, approvers }: Waiting): Telling[] {
  const key = `request:${id}` as const;
  const people = approvers.flatMap((person, i) => (i === 0 ? [{ person }] : [', ', { person }]));
  const thread = say([
    ...people,
    ' – this still waits for an approval. It expires ',
    { time: deadline },
    '.',
  ]);
  const direct = say(
    [
      'Reminder: ',
      { person: requester },
      ` asks for your approval: ${act}. It expires `,
      { time: deadline },
      '.',
    ],
    [showRequests(teamId)],
  );
  return [
    ...(approvers.length > 0 ? [{ type: 'tell.thread', key, document: thread } as const] : []),
    ...approvers.map((slackId) => ({
      type: 'tell.person' as const,
      teamId,
      slackId,
      about: key,
      document: direct,
    })),
  ];
}
