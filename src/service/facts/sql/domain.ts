import { type SQL, sql } from 'drizzle-orm';

/** @returns the other team that has the name verified or later, in jsonb, or null */
export function liveElsewhere(name: SQL, teamId: SQL): SQL {
  return sql`(
    select jsonb_build_object('teamId', t.id, 'teamName', t.name, 'workspaceId', t.workspace_id)
    from domains l join teams t on t.id = l.team_id
    where l.name = ${name} and l.state <> 'Unverified' and l.team_id is distinct from ${teamId})`;
}

/** @returns a running, stuck or just cancelled deletion of the domain, in jsonb, or null */
function deletionJson(domainId: SQL): SQL {
  return sql`(
    select jsonb_build_object('id', x.id, 'requestId', x.request_id, 'askedBy', x.asked_by, 'status', x.status, 'total', x.total, 'released', x.released,
      'problem', x.problem, 'started', x.first_batch_at is not null, 'beginsAt', x.begins_at, 'movedAt', x.moved_at)
    from deletions x where x.domain_id = ${domainId} and x.status in ('Running', 'Stuck'))`;
}

/**
 * What stands for a doubtful sign-in in a modal: a few characters of its key and of whose account it is about. Whoever
 * comes again with another address while an admin looks at the modal is another doubt.
 * @param x the row's alias
 */
export function doubtId(x: string): SQL {
  const row = sql.raw(x);
  return sql`left(encode(sha256(convert_to(concat_ws(' ', ${row}.connection_id, ${row}.user_id, ${row}.reason,
    ${row}.email, ${row}.subject), 'UTF8')), 'hex'), 24)`;
}

/** @returns the doubtful sign-ins of the domain as DoubtFacts, in jsonb */
function doubtsJson(domainId: SQL): SQL {
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object('id', ${doubtId('x')}, 'connectionName', x.connection_name,
      'reason', x.reason, 'email', x.email, 'name', trim(x.first_name || ' ' || x.last_name),
      'accountName', x.account_name, 'times', x.times, 'lastAt', x.last_at) order by x.last_at desc, x.subject), '[]')
    from (select q.*, c.name as connection_name, trim(u.first_name || ' ' || u.last_name) as account_name
      from doubtful_sign_ins q join connections c on c.id = q.connection_id join users u on u.id = q.user_id
      where q.domain_id = ${domainId} order by q.last_at desc limit 10) x)`;
}

/** @returns how many people have an address of the domain, by the counters, each of which is looked up once, in jsonb */
function peopleJson(row: SQL, proven: SQL): SQL {
  return sql`(
      select jsonb_build_object('total', coalesce(max(c.people), 0), 'withPassword', coalesce(max(c.with_password), 0))
      from user_counts c where c.domain = ${row}.name and ${proven})
    || (
      with held as materialized (
        select c.team_id, c.people from member_counts c where c.domain = ${row}.name and ${proven})
      select jsonb_build_object(
        'inTeam', coalesce((select h.people from held h where h.team_id = ${row}.team_id), 0),
        'otherTeams', (select coalesce(jsonb_agg(jsonb_build_object('teamId', o.team_id, 'name', o.name, 'people', o.people)), '[]')
          from (select h.team_id, t.name, h.people from held h join teams t on t.id = h.team_id
            where h.team_id <> ${row}.team_id and h.people > 0
            order by h.people desc, h.team_id limit 20) o)))`;
}

/**
 * A `domains` row as a DomainFact, in jsonb. Who has an address of the domain is told only to a team that proved it
 * holds the name: otherwise adding a name would count another organisation's people.
 * @param d the row's alias
 * @param doubts whether with its doubtful sign-ins
 */
export function domainJson(d: string, doubts: boolean): SQL {
  const row = sql.raw(d);
  const proven = sql`${row}.state <> 'Unverified'`;
  return sql`jsonb_build_object(
    'id', ${row}.id, 'name', ${row}.name, 'state', ${row}.state, 'connectionId', ${row}.connection_id,
    'jit', ${row}.jit, 'token', ${row}.token, 'version', ${row}.version, 'addedAt', ${row}.added_at,
    'verifiedAt', ${row}.verified_at, 'checkedAt', ${row}.checked_at, 'checkNote', ${row}.check_note,
    'lookAt', ${row}.look_at, 'looks', ${row}.looks,
    'testUsers', (select coalesce(jsonb_agg(u.email order by u.email), '[]') from test_users u where u.domain_id = ${row}.id),
    'people', ${peopleJson(row, proven)},
    -- Once it is proved nobody else can have it.
    'liveElsewhere', case when not ${proven} then ${liveElsewhere(sql`${row}.name`, sql`${row}.team_id`)} end,
    'deletion', case when ${row}.state = 'Deleting' then ${deletionJson(sql`${row}.id`)} end
    ${doubts ? sql`, 'doubts', ${doubtsJson(sql`${row}.id`)}` : sql.empty()})`;
}
