import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { template } from '../../../db/statement.ts';
import { type Asked, asked } from './asked.ts';
import type { Question } from './question.ts';
import { columns } from './sql/columns.ts';
import { resolution } from './sql/resolution.ts';

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

/** What the parts of the statement are written with. */
export interface Writing {
  has: Asked;
  /** What is asked, by name. */
  ask: Asking;
  /** Added to a `from` whose conditions use `ask`. */
  andAsk: SQL;
}

/** What is asked, as SQL: parameters, or columns of the row `ask` where a request has its say in them. */
export type Asking = Record<keyof ReturnType<typeof parameters>, SQL>;

type Value = (read: (q: Question) => unknown) => SQL;

function build(has: Asked, value: Value): SQL {
  const given = parameters(value);
  if (!has.request) {
    const writing = { has, ask: given, andAsk: sql.empty() };
    return sql`with ${sql.join(resolution(writing), sql`, `)} select ${columns(writing)}`;
  }
  const named = Object.keys(given) as (keyof Asking)[];
  const ask = Object.fromEntries(named.map((key) => [key, sql.raw(`ask."${key}"`)])) as Asking;
  const writing = { has, ask, andAsk: sql`, ask` };
  return sql`with
    req as materialized (
      select r.* from requests r where r.id = ${value((q) => q.requestId)}::text and r.workspace_id = ${given.workspaceId}
    ),
    ask as materialized (
      select ${sql.join(
        named.map((key) => sql`${orOfRequest(key, given[key])} as ${sql.raw(`"${key}"`)}`),
        sql`, `,
      )}
    ),
    ${sql.join(resolution(writing), sql`, `)} select ${columns(writing)}`;
}

/** The question's values. Names are compared in lower case. */
function parameters(value: Value) {
  type Key = keyof Question;
  const one = (key: Key) => sql`${value((q) => q[key] ?? null)}::text`;
  const list = (key: Key) => sql`coalesce(${value((q) => q[key] ?? null)}::text[], '{}')`;
  return {
    workspaceId: one('workspaceId'),
    slackId: one('slackId'),
    channelId: one('channelId'),
    needsRole: sql`${value((q) => q.needsRole === true)}::boolean`,
    teamId: one('teamId'),
    domainIds: list('domainIds'),
    connectionId: one('connectionId'),
    domainName: one('domainName'),
    connectionName: sql`lower(${one('connectionName')})`,
    wholeName: sql`lower(${one('wholeName')})`,
    otherTeamId: one('otherTeamId'),
    otherTeamName: sql`lower(${one('otherTeamName')})`,
    names: list('names'),
    email: one('email'),
    people: list('people'),
  };
}

/** Lists that a request names rows by. */
const LISTS = ['domainIds', 'names', 'people'];
/** Single values that a request names rows by, besides its team. */
const ONES = ['connectionId', 'otherTeamId', 'email'];

/** What the person names, or else what the request does. */
function orOfRequest(key: keyof Asking, given: SQL): SQL {
  const asks = sql.raw(`asks->'${key}'`);
  if (key === 'teamId') return sql`coalesce(${given}, (select team_id from req))`;
  if (ONES.includes(key)) return sql`coalesce(${given}, (select ${asks} #>> '{}' from req))`;
  if (!LISTS.includes(key)) return given;
  return sql`case when cardinality(${given}) > 0 then ${given}
    else array(select jsonb_array_elements_text(${asks}) from req) end`;
}
