import { type SQL, sql } from 'drizzle-orm';

/** @param t the alias of a `teams` row; `mine` must hold the asker's roles. @returns it as a TeamFact, in jsonb */
export function teamJson(t: string): SQL {
  const row = sql.raw(t);
  return sql`jsonb_build_object(
    'id', ${row}.id, 'workspaceId', ${row}.workspace_id, 'name', ${row}.name, 'channelId', ${row}.channel_id,
    'channelTrouble', exists (select from installation i
      where i.key = 'channel-trouble:' || ${row}.id and starts_with(i.value, ${row}.channel_id || ' ')),
    'approvals', ${row}.approvals, 'approvalsNeeded', ${row}.approvals_needed, 'version', ${row}.version,
    'admin', coalesce((select admin from mine where team_id = ${row}.id), false),
    'approver', coalesce((select approver from mine where team_id = ${row}.id), false)
  ) || (
    select jsonb_build_object(
      'admins', coalesce(jsonb_agg(m.slack_id order by m.slack_id) filter (where m.admin), '[]'),
      'approvers', coalesce(jsonb_agg(m.slack_id order by m.slack_id) filter (where m.approver), '[]'))
    from members m join people p on p.workspace_id = m.workspace_id and p.slack_id = m.slack_id
    where m.team_id = ${row}.id and not p.deactivated)`;
}
