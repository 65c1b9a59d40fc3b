import { sql } from 'drizzle-orm';
import type { Queryable } from '../../db/client.ts';
import type { DeletionFact, RequestFact } from './facts/facts.ts';
import { reviveMoments } from './facts/revive.ts';
import { requestJson } from './facts/sql/request.ts';
import type { CardFacts } from './service.ts';

/**
 * Everything a card is drawn from, as it is now.
 * @param db where from
 * @param key `request:<id>` or `deletion:<id>`
 * @returns null when there is no such thing (any more)
 */
export async function readCard(db: Queryable, key: string): Promise<CardFacts | null> {
  const [kind, id] = key.split(':', 2);
  if (!id) return null;
  return kind === 'deletion' ? deletionCard(db, id) : requestCard(db, id);
}

async function requestCard(db: Queryable, id: string): Promise<CardFacts | null> {
  const [row] = await db.query<{
    workspaceId: string;
    teamId: string;
    channelId: string;
    teamName: string;
    approvers: string[];
    request: RequestFact;
    afterTurnOff: Extract<CardFacts, { type: 'request' }>['afterTurnOff'];
  }>(sql`
    select t.workspace_id as "workspaceId", t.id as "teamId", t.channel_id as "channelId", t.name as "teamName",
      ${requestJson('r')} as request,
      (select coalesce(jsonb_agg(m.slack_id order by m.slack_id), '[]') from members m
        join people p on p.workspace_id = m.workspace_id and p.slack_id = m.slack_id
        where m.team_id = t.id and m.approver and not p.deactivated and m.slack_id <> r.requester) as approvers,
      (select jsonb_build_object('withPassword', c.with_password, 'people', c.people,
          'mail', case when o.mail then jsonb_build_object('sent', o.mailed, 'ended', o.mail_ended_at is not null) end)
        from turn_offs o join domains d on d.id = o.domain_id join user_counts c on c.domain = d.name
        where r.kind = 'domain.off' and d.id = r.subject_id and o.request_id = r.id and d.state in ('SSO off', 'Verified')
          and not exists (select from turn_offs later where later.domain_id = d.id and later.at > o.at)) as "afterTurnOff"
    from requests r join teams t on t.id = r.team_id where r.id = ${id}::text`);
  if (!row) return null;
  const { request } = reviveMoments(row);
  return { type: 'request', ...row, act: request.act, checks: request.checks };
}

async function deletionCard(db: Queryable, id: string): Promise<CardFacts | null> {
  const [row] = await db.query<{
    workspaceId: string;
    teamId: string;
    channelId: string;
    teamName: string;
    domainName: string;
    domainId: string;
    deletion: DeletionFact;
  }>(sql`
    select t.workspace_id as "workspaceId", t.id as "teamId", t.channel_id as "channelId", t.name as "teamName",
      x.domain_name as "domainName", x.domain_id as "domainId",
      jsonb_build_object('id', x.id, 'requestId', x.request_id, 'askedBy', x.asked_by, 'status', x.status, 'total', x.total,
        'released', x.released, 'problem', x.problem, 'started', x.first_batch_at is not null, 'beginsAt', x.begins_at, 'movedAt', x.moved_at) as deletion
    from deletions x join teams t on t.id = x.team_id where x.id = ${id}::text`);
  return row ? { type: 'deletion', ...reviveMoments(row) } : null;
}
