import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '../../../db/client.ts';
import type { Option, SearchAmong } from '../../operations/operation.ts';

/** A select shows at most so many (Slack, external_select). */
const MOST = 100;
/** How many rows, by name, are looked through for words in the middle of a name. */
const WINDOW = 200;

/**
 * Options of a search field while a person types. Names that begin with the words come from an index, whatever
 * the team owns; words in the middle are looked for among the first `WINDOW` names, which is all of most teams.
 * @param db what answers
 * @param teamId the team that asks
 * @param among what is looked for
 * @param words what was typed so far; case does not matter, nothing in it is a wildcard
 * @returns at most 100 options by name, value: the id
 */
export async function searchOptions(
  db: Queryable,
  teamId: string,
  among: SearchAmong,
  words: string,
): Promise<Option[]> {
  // A NUL cannot be in a name, and PostgreSQL takes none in text.
  const typed = words.trim().toLowerCase().replaceAll('\0', '').slice(0, 253);
  return db.query<Option>(STATEMENTS[among](teamId, typed));
}

const STATEMENTS: Record<SearchAmong, (teamId: string, typed: string) => SQL> = {
  domains: (teamId, typed) => domains(teamId, typed, sql`true`),
  verifiedDomains: (teamId, typed) => domains(teamId, typed, sql`state = 'Verified'`),
  connections: (teamId, typed) => sql`
    select id as value, name as label from connections
    where team_id = ${teamId} and name_key like ${containing(typed)}
    order by name_key limit ${MOST}`,
  otherTeams: (teamId, typed) => sql`
    select o.id as value, o.name as label
    from teams t
    cross join lateral (
      select id, name, name_key from teams
      where workspace_id = t.workspace_id and id <> t.id
      order by name_key limit ${WINDOW}
    ) o
    where t.id = ${teamId} and o.name_key like ${containing(typed)}
    order by o.name_key limit ${MOST}`,
};

/**
 * `~>=~` and `~<~` compare byte by byte, as the index `domains_search` is ordered: with a language's collation a
 * prefix is no range. Names are ASCII in lower case, so `~` follows everything that can be in one.
 */
function domains(teamId: string, typed: string, wanted: SQL): SQL {
  return sql`
    with beginning as (
      select id, name from domains
      where team_id = ${teamId} and name ~>=~ ${typed} and name ~<~ ${`${typed}~`} and ${wanted}
      order by name using ~<~ limit ${MOST}
    ), window_ as (
      select id, name from domains
      where team_id = ${teamId} and ${wanted}
      order by name using ~<~ limit ${WINDOW}
    )
    select value, label from (
      select id as value, name as label, 0 as rank from beginning
      union all
      select id, name, 1 from window_
      where name like ${containing(typed)} and id not in (select id from beginning)
    ) found
    order by rank, label limit ${MOST}`;
}

/** A LIKE pattern in which the words mean themselves. */
function containing(typed: string): string {
  return `%${typed.replace(/[\\%_]/g, '\\$&')}%`;
}
