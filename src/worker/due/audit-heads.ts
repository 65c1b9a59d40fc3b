import { subDays } from 'date-fns';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import type { Document } from '../../words/document.ts';
import { doOnce } from './once.ts';

interface Head {
  teamId: string;
  teamName: string;
  workspaceId: string;
  seq: number;
  hash: string;
}

/**
 * Posts the end of each team's audit chain to its channel, once a day when it has grown. A chain proves that nothing
 * within it was changed, but not that its end is still there: for that, the end must be known outside.
 */
export async function postAuditHeads(db: Database, now: Date, most: number): Promise<number> {
  const day = now.toISOString().slice(0, 10);
  const heads = await db.query<Head>(sql`
    select h.team_id as "teamId", t.name as "teamName", t.workspace_id as "workspaceId", h.seq, h.hash
    from audit_heads h join teams t on t.id = h.team_id
    left join installation i on i.key = 'audit-posted:' || h.team_id
    where t.created_at <= ${subDays(now, 1)}::timestamptz
      and (i.value is null or (split_part(i.value, ' ', 1) <> ${day}::text and split_part(i.value, ' ', 2)::bigint < h.seq))
    order by h.team_id limit ${most}`);
  for (const head of heads) {
    await doOnce(db, {
      workspaceId: head.workspaceId,
      now,
      claim: sql`
        insert into installation (key, value)
        values (${`audit-posted:${head.teamId}`}::text, ${`${day} ${head.seq}`}::text)
        on conflict (key) do update set value = excluded.value
        where split_part(installation.value, ' ', 1) <> ${day}::text returning key`,
      tell: [{ type: 'tell.channel', teamId: head.teamId, document: headWords(head) }],
    });
  }
  return heads.length;
}

function headWords({ teamName, seq, hash }: Head): Document {
  const entries = seq === 1 ? '1 entry' : `${seq.toLocaleString('en')} entries`;
  const words = `The audit trail of ${teamName} has ${entries}.`;
  return {
    text: `${words} Its last hash is ${hash}.`,
    parts: [
      { type: 'text', words },
      { type: 'copy', label: 'Last hash', value: hash },
      { type: 'note', words: 'Kept here so that a shortened trail would be noticed.' },
    ],
  };
}
