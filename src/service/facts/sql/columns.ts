import { type SQL, sql } from 'drizzle-orm';
import type { Writing } from '../statement.ts';
import { connectionJson } from './connection.ts';
import { domainJson, liveElsewhere } from './domain.ts';
import { requestJson } from './request.ts';
import { teamJson } from './team.ts';

/** What a part is that nothing asked for. */
const NONE = sql`null::jsonb`;
const NO_ROWS = sql`'[]'::jsonb`;

/** @returns the columns of the one read, from what `resolution` found: one in jsonb for each part of the facts */
export function columns(writing: Writing): SQL {
  const { has } = writing;
  return sql`
    ${person(writing)} as person,
    (select ${teamJson('t')} from team t) as team,
    ${has.otherTeam ? sql`(select ${teamJson('t')} from other_team t)` : NONE} as "otherTeam",
    (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'admin', m.admin, 'approver', m.approver)
      order by t.name_key), '[]') from mine m join teams t on t.id = m.team_id) as teams,
    ${has.workspaceTeams ? workspaceTeams(writing) : sql`case when not exists (select from team) then ${workspaceTeams(writing)} end`} as "workspaceTeams",
    ${has.domains ? domains(has.doubts) : NO_ROWS} as domains,
    ${has.connection ? sql`(select ${connectionJson('c')} from conn c where c.team_id = (select id from team))` : NONE} as connection,
    ${connections(writing)} as connections,
    ${open(writing)} as open,
    ${has.request ? sql`(select ${requestJson('r')} from req r)` : NONE} as request,
    ${has.names ? names(writing) : NO_ROWS} as names,
    ${has.email ? user(writing) : NONE} as user,
    ${has.people ? named(writing) : NO_ROWS} as named,
    ${has.typed ? nameTeams(writing) : NO_ROWS} as "nameTeams",
    ${has.rescue ? FORSAKEN : NO_ROWS} as forsaken,
    (select jsonb_build_object('domains', coalesce((
      select n.domains from team_counts n where n.team_id = (select id from team)), 0))) as figures`;
}

const PERSON = sql`jsonb_build_object('slackId', p.slack_id, 'name', p.name, 'timeZone', p.time_zone,
  'slackAdmin', p.slack_admin, 'guest', p.guest, 'deactivated', p.deactivated)`;

function person({ ask, andAsk }: Writing): SQL {
  return sql`(select ${PERSON} from people p${andAsk} where p.workspace_id = ${ask.workspaceId} and p.slack_id = ${ask.slackId})`;
}

function workspaceTeams({ ask, andAsk }: Writing): SQL {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name,
      'admin', coalesce(m.admin, false), 'approver', coalesce(m.approver, false)) order by t.name_key), '[]')
    from (select t.* from teams t${andAsk} where t.workspace_id = ${ask.workspaceId} order by t.name_key limit 100) t
    left join mine m on m.team_id = t.id)`;
}

function domains(doubts: boolean): SQL {
  return sql`(select coalesce(jsonb_agg(${domainJson('d', doubts)} order by d.name), '[]')
    from chosen d where d.team_id = (select id from team))`;
}

/** All of the team's, or those that the named domains are linked to. */
function connections({ has }: Writing): SQL {
  if (!has.connections && !has.domains) return NO_ROWS;
  const linked = has.connections
    ? sql.empty()
    : sql` and c.id = any(array(select connection_id from chosen where connection_id is not null))`;
  return sql`(select coalesce(jsonb_agg(${connectionJson('c')} order by c.name_key), '[]')
    from connections c where c.team_id = (select id from team)${linked})`;
}

/**
 * Open requests on the team, the named domains and the connection, found by these. The team is joined with nothing,
 * so that the index of its open requests does not fit: it may have thousands.
 */
function open({ has }: Writing): SQL {
  const subjects = sql.join(
    [
      sql`select id from team`,
      ...(has.domains ? [sql`select id from chosen`] : []),
      ...(has.connection ? [sql`select id from conn`] : []),
    ],
    sql` union all `,
  );
  return sql`(select coalesce(jsonb_agg(${requestJson('r')} order by r.created_at), '[]') from (
    select r.* from requests r
    where r.team_id || '' = (select id from team) and r.status in ('Pending', 'Approved')
      and r.subject_id = any(array(${subjects}))
    order by r.created_at limit 50) r)`;
}

function names({ has, ask }: Writing): SQL {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('name', n.name,
      'own', (select jsonb_build_object('id', d.id, 'state', d.state, 'version', d.version)
        from domains d where d.name = n.name and d.team_id = (select id from team)),
      'liveElsewhere', ${liveElsewhere(sql`n.name`, sql`(select id from team)`)}) order by n.position), '[]')
    from ${has.request ? sql`ask, ` : sql.empty()}unnest(${ask.names}) with ordinality as n(name, position))`;
}

function user({ ask, andAsk }: Writing): SQL {
  return sql`(select jsonb_build_object('id', u.id, 'email', u.email, 'inTeam', exists (
      select from memberships m where m.user_id = u.id and m.team_id = (select id from team)))
    from users u${andAsk} where u.email = ${ask.email})`;
}

function named({ ask, andAsk }: Writing): SQL {
  return sql`(select coalesce(jsonb_agg(${PERSON}), '[]')
    from people p${andAsk} where p.workspace_id = ${ask.workspaceId} and p.slack_id = any(${ask.people}))`;
}

/** My teams that have the typed name, unless one of them is the channel's. */
function nameTeams({ ask, andAsk }: Writing): SQL {
  return sql`(select coalesce(jsonb_agg(distinct x.team_id), '[]') from (
      select team_id, here from by_name where is_mine union all select team_id, here from conn_by_name where is_mine
    ) x${andAsk} where ${ask.teamId} is null
      and (select count(distinct team_id) from (
        select team_id from by_name where is_mine and here
        union all select team_id from conn_by_name where is_mine and here) y) <> 1)`;
}

const FORSAKEN = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'admin', coalesce(m.admin, false),
  'approver', coalesce(m.approver, false)) order by f.name_key), '[]')
  from forsaken f left join mine m on m.team_id = f.id)`;
