import { type SQL, sql } from 'drizzle-orm';
import type { Writing } from '../statement.ts';

/**
 * The parts of the one read that find out which rows are meant, each a CTE: the asker's roles (`mine`), what a typed
 * name stands for (`by_name`, `conn_by_name`), the named domains (`chosen`), connection (`conn`) and teams (`team`,
 * `other_team`). Parts that nothing asked for are left out.
 * @param writing which parts, and what is asked
 */
export function resolution(writing: Writing): SQL[] {
  const { has } = writing;
  return [
    mine(writing),
    ...(has.rescue ? [forsaken(writing)] : []),
    ...(has.typed ? [byName(writing), connectionByName(writing)] : []),
    ...(has.placed ? [teamGiven(writing)] : []),
    ...(has.domains ? [chosen(writing)] : []),
    ...(has.connection ? [connection(writing)] : []),
    ...(has.placed ? [] : [teamFound(writing)]),
    ...(has.otherTeam ? [otherTeam(writing)] : []),
  ];
}

function mine({ ask, andAsk }: Writing): SQL {
  return sql`mine as materialized (
    select m.team_id, m.admin, m.approver from members m${andAsk}
    where m.workspace_id = ${ask.workspaceId} and m.slack_id = ${ask.slackId})`;
}

/** Teams that nobody can administer any more, for a Slack admin to give them new admins. */
function forsaken({ ask, andAsk }: Writing): SQL {
  return sql`forsaken as materialized (
    select t.id, t.name, t.name_key from people p join teams t on t.workspace_id = p.workspace_id${andAsk}
    where p.workspace_id = ${ask.workspaceId} and p.slack_id = ${ask.slackId} and p.slack_admin and not exists (
      select from members m join people a on a.workspace_id = m.workspace_id and a.slack_id = m.slack_id
      where m.team_id = t.id and m.admin and not a.deactivated)
    order by t.name_key limit 100)`;
}

/** A typed name may stand for rows of several teams: mine come before others', the channel's before the rest. */
function byName({ ask, andAsk }: Writing): SQL {
  return sql`by_name as materialized (
    select d.id, d.team_id, (d.team_id in (select team_id from mine)) as is_mine, (t.channel_id = ${ask.channelId}) as here
    from domains d join teams t on t.id = d.team_id${andAsk}
    where d.name = ${ask.domainName} and t.workspace_id = ${ask.workspaceId}
      and (${ask.teamId} is null or d.team_id = ${ask.teamId})
    order by is_mine desc, here desc nulls last, (d.state <> 'Unverified') desc, d.id limit 20)`;
}

/** A connection may be named like a domain that nobody here has. */
function connectionByName({ ask, andAsk }: Writing): SQL {
  return sql`conn_by_name as materialized (
    select c.id, c.team_id, (c.team_id in (select team_id from mine)) as is_mine, (t.channel_id = ${ask.channelId}) as here
    from teams t join connections c on c.team_id = t.id${andAsk}
    where t.workspace_id = ${ask.workspaceId} and c.name_key = case
        when ${ask.domainName} is null or exists (select from by_name) then ${ask.connectionName} else ${ask.wholeName} end
      and (${ask.teamId} is null or c.team_id = ${ask.teamId})
      and (${ask.domainName} is null or not exists (select from by_name)
        or c.team_id = (select team_id from by_name limit 1))
    order by is_mine desc, here desc nulls last, c.id limit 20)`;
}

/** The rows that are named by id, and the one that a typed name stands for. */
function chosen({ has, ask, andAsk }: Writing): SQL {
  const named = sql`d.id = any(${ask.domainIds})`;
  const which = has.typed ? sql`(${named} or d.id = (select id from by_name limit 1))` : named;
  return sql`chosen as materialized (select d.* from domains d${andAsk} where ${which} and ${ofTeam('d', has.placed, ask)})`;
}

function connection({ has, ask, andAsk }: Writing): SQL {
  const which = has.typed
    ? sql`coalesce(${ask.connectionId}, (select id from conn_by_name limit 1))`
    : ask.connectionId;
  return sql`conn as materialized (select c.* from connections c${andAsk} where c.id = ${which} and ${ofTeam('c', has.placed, ask)})`;
}

/** A row of the team, where that is known already, or else of a team of the workspace. */
function ofTeam(row: string, placed: boolean, { teamId, workspaceId }: Writing['ask']): SQL {
  const owner = sql.raw(`${row}.team_id`);
  if (placed) return sql`${owner} = (select id from team)`;
  return sql`(${teamId} is null or ${owner} = ${teamId})
    and exists (select from teams t where t.id = ${owner} and t.workspace_id = ${workspaceId})`;
}

function teamGiven({ ask, andAsk }: Writing): SQL {
  return sql`team as materialized (
    select t.* from teams t${andAsk} where t.id = ${ask.teamId} and t.workspace_id = ${ask.workspaceId})`;
}

/**
 * The team of what was named; else the channel says which, where it is one team's, first among mine, then among those
 * I may ask about; else my only one, or the only one there is.
 */
function teamFound({ has, ask, andAsk }: Writing): SQL {
  const here = sql`t2.workspace_id = ${ask.workspaceId} and t2.channel_id = ${ask.channelId}`;
  return sql`team as materialized (
    select t.* from teams t${andAsk}
    where t.workspace_id = ${ask.workspaceId} and t.id = coalesce(
      ${ask.teamId},
      ${has.domains ? sql`(select team_id from chosen order by name limit 1),` : sql.empty()}
      ${has.connection ? sql`(select team_id from conn),` : sql.empty()}
      (select min(t2.id) from teams t2 where ${here} and t2.id in (select team_id from mine) having count(*) = 1),
      (select min(t2.id) from teams t2 where ${here} and (not ${ask.needsRole} or not exists (select from mine)
        ${has.rescue ? sql`or t2.id in (select id from forsaken)` : sql.empty()}) having count(*) = 1),
      (select min(team_id) from mine having count(*) = 1),
      (select min(t2.id) from teams t2 where t2.workspace_id = ${ask.workspaceId} and not exists (select from mine)
        having count(*) = 1)))`;
}

function otherTeam({ ask, andAsk }: Writing): SQL {
  return sql`other_team as materialized (
    select t.* from teams t${andAsk}
    where t.workspace_id = ${ask.workspaceId} and t.id is distinct from (select id from team)
      and (t.id = ${ask.otherTeamId} or (${ask.otherTeamId} is null and t.name_key = ${ask.otherTeamName})))`;
}
