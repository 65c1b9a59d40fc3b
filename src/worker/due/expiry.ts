import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { lastingSubject } from '../../service/audit.ts';
import { say } from '../../words/document.ts';
import { doOnce } from './once.ts';

interface Overdue {
  id: string;
  teamId: string;
  workspaceId: string;
  kind: string;
  act: string;
  reason: string | null;
  subjectName: string;
  subjectId: string;
  requester: string;
}

/** Ends requests on which nobody decided in time. A decision that comes at the same moment wins or loses as a whole. */
export async function expire(db: Database, now: Date, most: number): Promise<number> {
  const overdue = await db.query<Overdue>(sql`
    select id, team_id as "teamId", workspace_id as "workspaceId", kind, act, reason, subject_name as "subjectName",
      subject_id as "subjectId", requester
    from requests where status = 'Pending' and deadline <= ${now}::timestamptz order by deadline limit ${most}`);
  for (const { id, teamId, workspaceId, kind, act, reason, subjectName, subjectId, requester } of overdue) {
    const key = `request:${id}` as const;
    await doOnce(db, {
      workspaceId,
      now,
      claim: sql`
        update requests set status = 'Expired', version = version + 1, ended_at = ${now}::timestamptz
        where id = ${id}::text and status = 'Pending' and deadline <= ${now}::timestamptz returning id`,
      audit: [
        {
          teamId,
          actor: 'Drawbridge',
          kind,
          outcome: 'Expired',
          subjectName,
          ...lastingSubject(kind, subjectId),
          detail: { act, request: id, reason },
        },
      ],
      tell: [
        { type: 'tell.card', key },
        {
          type: 'tell.thread',
          key,
          document: say('Expired: it was not approved in time. Nothing has changed.'),
        },
        {
          type: 'tell.person',
          teamId,
          slackId: requester,
          about: key,
          document: say([
            'Your request expired, because it was not approved in time: ',
            act,
            '. Nothing has changed. Ask again if it is still wanted.',
          ]),
        },
      ],
    });
  }
  return overdue.length;
}
