import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { template } from '../../../db/statement.ts';
import type { Question } from './question.ts';
import { connectionJson } from './sql/connection.ts';
import { domainJson, liveElsewhere } from './sql/domain.ts';
import { requestJson } from './sql/request.ts';
import { teamJson } from './sql/team.ts';

/**
 * Which parts of the question are asked. What is not asked for is left out of the statement, since even a part that
 * finds nothing has to be set up by the server each time. A request may name anything.
 */
function asked(q: Question) {
  const request = q.requestId !== undefined;
  const typed = q.domainName !== undefined || q.connectionName !== undefined;
  return {
    request,
    typed,
    domains: request || q.domainName !== undefined || (q.domainIds?.length ?? 0) > 0,
    connection: request || typed || q.connectionId !== undefined,
    otherTeam: request || q.otherTeamName !== undefined || q.otherTeamId !== undefined,
    names: request || (q.names?.length ?? 0) > 0,
    email: request || q.email !== undefined,
    people: request || (q.people?.length ?? 0) > 0,
    rescue: q.mayRescue === true,
  };
}

type Asked = ReturnType<typeof asked>;

/** One statement for each combination of parts that was ever asked for: a dozen or so in the life of a process. */
const known = new Map<string, (q: Question) => SQLWrapper>();

/**
 * The one read. Its text depends on which parts are asked for, never on values, so that it is compiled and prepared
 * once. A request names its own rows (`asks`), so that a decision needs no second read.
 * @param q what is asked
 * @returns a statement whose single row has one jsonb column for each part of `Facts`
 */
export function factsStatement(q: Question): SQLWrapper {
  const has = asked(q);
  const key = Object.values(has).map(Number).join('');
  let statement = known.get(key);
  if (!statement) {
    statement = template<Question>((value) => build(has, value));
    known.set(key, statement);
  }
  return statement(q);
}

function build(has: Asked, value: (read: (q: Question) => unknown) => SQL): SQL {
  type Key = keyof Question;
  const one = (key: Key) => sql`${value((q) => q[key] ?? null)}::text`;
  const list = (key: Key) => sql`${value((q) => (q[key] ? JSON.stringify(q[key]) : null))}::jsonb`;
  /** What the person names, or else what the request does. */
  const orAsks = (own: SQL, path: SQL) =>
    has.request ? sql`coalesce(${own}, (select ${path} from req))` : own;
  const listOrAsks = (key: Key) =>
    sql`coalesce(${orAsks(list(key), sql`asks->${sql.raw(`'${key}'`)}`)}, '[]')`;
  const oneOrAsks = (key: Key) => orAsks(one(key), sql`asks->>${sql.raw(`'${key}'`)}`);
  const part = (wanted: boolean, some: SQL, none: SQL) => (wanted ? some : none);
  const none = sql`null::jsonb`;
  const noRows = sql`'[]'::jsonb`;
  const noNames = sql`select null::text as id, null::text as team_id, false as is_mine, false as here where false`;
  return sql`
    with ${part(
      has.request,
      sql`req as materialized (
        select r.* from requests r where r.id = ${one('requestId')} and r.workspace_id = ${one('workspaceId')}
      ),`,
      sql.empty(),
    )}
    ask as materialized (
      select
        ${one('workspaceId')} as workspace_id,
        ${one('slackId')} as slack_id,
        ${one('channelId')} as channel_id,
        ${value((q) => q.needsRole === true)}::boolean as needs_role,
        ${orAsks(one('teamId'), sql`team_id`)} as team_id,
        ${listOrAsks('domainIds')} as domain_ids,
        ${oneOrAsks('connectionId')} as connection_id,
        ${one('domainName')} as domain_name,
        lower(${one('connectionName')}) as connection_name,
        lower(${one('wholeName')}) as whole_name,
        ${oneOrAsks('otherTeamId')} as other_team_id,
        lower(${one('otherTeamName')}) as other_team_name,
        ${listOrAsks('names')} as names,
        ${oneOrAsks('email')} as email,
        ${listOrAsks('people')} as people
    ),
    mine as materialized (
      select m.team_id, m.admin, m.approver from members m, ask
      where m.workspace_id = ask.workspace_id and m.slack_id = ask.slack_id
    ),
    ${part(
      has.rescue,
      sql`
    -- Teams that nobody can administer any more, for a Slack admin to give them new admins.
    forsaken as materialized (
      select t.id, t.name, t.name_key from ask
        join people p on p.workspace_id = ask.workspace_id and p.slack_id = ask.slack_id and p.slack_admin
        join teams t on t.workspace_id = ask.workspace_id
      where not exists (
        select from members m join people a on a.workspace_id = m.workspace_id and a.slack_id = m.slack_id
        where m.team_id = t.id and m.admin and not a.deactivated)
      order by t.name_key limit 100),`,
      sql.empty(),
    )}
    -- A typed name may stand for rows of several teams: mine come before others', the channel's before the rest.
    by_name as materialized (${part(
      has.typed,
      sql`
      select d.id, d.team_id,
        (d.team_id in (select team_id from mine)) as is_mine, (t.channel_id = ask.channel_id) as here
      from ask join domains d on d.name = ask.domain_name join teams t on t.id = d.team_id
      where t.workspace_id = ask.workspace_id and (ask.team_id is null or d.team_id = ask.team_id)
      order by is_mine desc, here desc nulls last, (d.state <> 'Unverified') desc, d.id limit 20`,
      noNames,
    )}),
    conn_by_name as materialized (${part(
      has.typed,
      sql`
      select c.id, c.team_id,
        (c.team_id in (select team_id from mine)) as is_mine, (t.channel_id = ask.channel_id) as here
      from ask join teams t on t.workspace_id = ask.workspace_id
        join connections c on c.team_id = t.id and c.name_key = case
          when ask.domain_name is null or exists (select from by_name) then ask.connection_name else ask.whole_name end
      where (ask.team_id is null or c.team_id = ask.team_id)
        and (ask.domain_name is null or not exists (select from by_name)
          or c.team_id = (select team_id from by_name limit 1))
      order by is_mine desc, here desc nulls last, c.id limit 20`,
      noNames,
    )}),
    chosen_ids as materialized (
      select jsonb_array_elements_text(domain_ids) as id from ask
      union select id from (select id from by_name limit 1) b
    ),
    chosen as materialized (${part(
      has.domains,
      sql`
      select d.* from domains d join teams t on t.id = d.team_id, ask
      where d.id = any(array(select id from chosen_ids)) and t.workspace_id = ask.workspace_id
        and (ask.team_id is null or d.team_id = ask.team_id)`,
      sql`select d.* from domains d where false`,
    )}),
    conn as materialized (${part(
      has.connection,
      sql`
      select c.* from connections c join teams t on t.id = c.team_id, ask
      where c.id = coalesce(ask.connection_id, (select id from conn_by_name limit 1))
        and t.workspace_id = ask.workspace_id and (ask.team_id is null or c.team_id = ask.team_id)`,
      sql`select c.* from connections c where false`,
    )}),
    team as materialized (
      select t.* from teams t, ask
      where t.workspace_id = ask.workspace_id and t.id = coalesce(
        ask.team_id,
        (select team_id from chosen order by name limit 1),
        (select team_id from conn),
        -- The channel says which, where it is one team's: first among mine, then among those I may ask about.
        (select min(t2.id) from teams t2 where t2.workspace_id = ask.workspace_id and t2.channel_id = ask.channel_id
          and t2.id in (select team_id from mine) having count(*) = 1),
        (select min(t2.id) from teams t2 where t2.workspace_id = ask.workspace_id and t2.channel_id = ask.channel_id
          and (not ask.needs_role or not exists (select from mine)
            ${part(has.rescue, sql`or t2.id in (select id from forsaken)`, sql.empty())})
          having count(*) = 1),
        (select min(team_id) from mine having count(*) = 1),
        (select min(id) from teams where workspace_id = ask.workspace_id and not exists (select from mine) having count(*) = 1)
      )
    ),
    other_team as materialized (${part(
      has.otherTeam,
      sql`
      select t.* from teams t, ask
      where t.workspace_id = ask.workspace_id and t.id is distinct from (select id from team)
        and (t.id = ask.other_team_id or (ask.other_team_id is null and t.name_key = ask.other_team_name))`,
      sql`select t.* from teams t where false`,
    )})
    select
      (select jsonb_build_object('slackId', p.slack_id, 'name', p.name, 'timeZone', p.time_zone,
          'slackAdmin', p.slack_admin, 'guest', p.guest, 'deactivated', p.deactivated)
        from people p, ask where p.workspace_id = ask.workspace_id and p.slack_id = ask.slack_id) as person,
      (select ${teamJson('t')} from team t) as team,
      ${part(has.otherTeam, sql`(select ${teamJson('t')} from other_team t)`, none)} as "otherTeam",
      (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'admin', m.admin, 'approver', m.approver)
          order by t.name_key), '[]') from mine m join teams t on t.id = m.team_id) as teams,
      (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name,
          'admin', coalesce(m.admin, false), 'approver', coalesce(m.approver, false)) order by t.name_key), '[]')
        from (select t.* from teams t, ask where t.workspace_id = ask.workspace_id order by t.name_key limit 100) t
        left join mine m on m.team_id = t.id) as "workspaceTeams",
      ${part(
        has.domains,
        sql`(select coalesce(jsonb_agg(${domainJson('d')} order by d.name), '[]')
        from chosen d where d.team_id = (select id from team))`,
        noRows,
      )} as domains,
      ${part(has.connection, sql`(select ${connectionJson('c')} from conn c where c.team_id = (select id from team))`, none)} as connection,
      (select coalesce(jsonb_agg(${connectionJson('c')} order by c.name_key), '[]')
        from connections c where c.team_id = (select id from team)) as connections,
      (select coalesce(jsonb_agg(${requestJson('r')} order by r.created_at), '[]') from (
          -- Joined with nothing, so that the index of a team's open requests does not fit: the team may have thousands.
          select r.* from requests r
          where r.team_id || '' = (select id from team) and r.status in ('Pending', 'Approved')
            and r.subject_id = any(array(select id from team union all select id from chosen union all select id from conn))
          order by r.created_at limit 50) r) as open,
      ${part(has.request, sql`(select ${requestJson('r')} from req r)`, none)} as request,
      ${part(
        has.names,
        sql`(select coalesce(jsonb_agg(jsonb_build_object('name', n.name,
          'own', (select jsonb_build_object('id', d.id, 'state', d.state, 'version', d.version)
            from domains d where d.name = n.name and d.team_id = (select id from team)),
          'liveElsewhere', ${liveElsewhere(sql`n.name`, sql`(select id from team)`)}) order by n.position), '[]')
        from ask, jsonb_array_elements_text(ask.names) with ordinality as n(name, position))`,
        noRows,
      )} as names,
      ${part(
        has.email,
        sql`(select jsonb_build_object('id', u.id, 'email', u.email, 'inTeam', exists (
          select from memberships m where m.user_id = u.id and m.team_id = (select id from team)))
        from users u, ask where u.email = ask.email)`,
        none,
      )} as user,
      ${part(
        has.people,
        sql`(select coalesce(jsonb_agg(jsonb_build_object('slackId', p.slack_id, 'name', p.name, 'timeZone', p.time_zone,
          'slackAdmin', p.slack_admin, 'guest', p.guest, 'deactivated', p.deactivated)), '[]')
        from people p, ask where p.workspace_id = ask.workspace_id
          and p.slack_id in (select jsonb_array_elements_text(ask.people)))`,
        noRows,
      )} as named,
      ${part(
        has.typed,
        sql`(select coalesce(jsonb_agg(distinct x.team_id), '[]') from (
          select team_id, here from by_name where is_mine union all select team_id, here from conn_by_name where is_mine
        ) x, ask where ask.team_id is null
          and (select count(distinct team_id) from (
            select team_id from by_name where is_mine and here
            union all select team_id from conn_by_name where is_mine and here) y) <> 1)`,
        noRows,
      )} as "nameTeams",
      ${part(
        has.rescue,
        sql`(select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'admin', coalesce(m.admin, false),
          'approver', coalesce(m.approver, false)) order by f.name_key), '[]')
        from forsaken f left join mine m on m.team_id = f.id)`,
        noRows,
      )} as forsaken,
      (select jsonb_build_object('domains', coalesce((
          select n.domains from team_counts n where n.team_id = (select id from team)), 0))) as figures`;
}
