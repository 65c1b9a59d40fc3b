import { type SQL, sql } from 'drizzle-orm';
import type { Guards, Versioned } from './write.ts';

/**
 * The first parts of a statement: locks what was read, in one order everywhere so that two writes never wait for
 * each other in a circle, and gives the row `guard` only when every version still holds.
 * @param guards the versions that were read
 * @returns CTEs, the last of them `guard`
 */
export function guardCtes(guards: Guards): SQL[] {
  const tables = (['teams', 'domains', 'connections', 'requests'] as const).filter(
    (t) => guards[t].length > 0,
  );
  const locks = tables.map((table) => {
    const name = sql.raw(table);
    return sql`held_${name} as materialized (
      select r.id from ${name} r join jsonb_to_recordset(${rows(guards[table])}::jsonb) as g(id text, version int)
        on r.id = g.id and r.version = g.version
      where r.id = any(${ids(guards[table])}::text[])
      order by r.id for no key update of r)`;
  });
  const held = tables.map(
    (table) => sql`(select count(*) from held_${sql.raw(table)}) = ${distinct(guards[table])}::int`,
  );
  const all = held.length > 0 ? sql.join(held, sql` and `) : sql`true`;
  return [...locks, sql`guard as materialized (select 1 as ok where ${all})`];
}

/**
 * The ids once more, beside the rows: the server guesses that there are a hundred rows in any JSON, for which it would
 * read a table of some thousands through rather than go by its index.
 */
function ids(list: Versioned[]): SQL {
  return sql`${sql.param(list.map(({ id }) => id))}`;
}

function rows(list: Versioned[]): string {
  return JSON.stringify([...new Map(list.map((row) => [row.id, row])).values()]);
}

function distinct(list: Versioned[]): number {
  return new Set(list.map(({ id }) => id)).size;
}
