import { performance } from 'node:perf_hooks';
import postgres from 'postgres';
import type { Database } from '../../../db/client.ts';
import { compile } from '../../../db/statement.ts';
import type { WireValue } from '../../../db/values.ts';

/** What one statement touched: 8 KB buffers of tables and indexes, triggers included, and how long it ran. */
export interface Touched {
  text: string;
  buffers: number;
  ms: number;
  /** What it touched of each table and index, by name; those that it left alone are missing. */
  relations: Map<string, Visited>;
}

/** What a statement touched of one table or index. */
export interface Visited {
  index: boolean;
  buffers: number;
  /** How often it came down an index from its root: to look something up, or to enter a new row. None for a table. */
  descents: number;
}

/** A database that notes of each statement what it touches, by the plan a prepared statement ends with. */
export interface Explaining {
  db: Database;
  /** What was touched since the last call. */
  take(): Touched[];
  close(): Promise<void>;
}

/**
 * Each statement is first run in a transaction that is rolled back, prepared, with the generic plan forced, once to
 * warm up and then so many times; then for real.
 * @param db the database
 * @param url its address, for the session that explains
 * @param times how often each is timed
 */
export function explaining(db: Database, url: string, times = 3): Explaining {
  const session = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: {
      application_name: 'bench',
      TimeZone: 'UTC',
      plan_cache_mode: 'force_generic_plan',
    } as never,
  });
  let touched: Touched[] = [];
  const explain = async (text: string, parameters: WireValue[]): Promise<Touched> => {
    const execute = `execute asked${parameters.length > 0 ? `(${parameters.map(literal).join(', ')})` : ''}`;
    await session.unsafe(`prepare asked as ${text}`).simple();
    try {
      let relations = new Map<string, Visited>();
      const took: number[] = [];
      for (let n = 0; n <= times; n += 1) {
        await session.unsafe('begin').simple();
        const before = await visited(session);
        const started = performance.now();
        await session.unsafe(execute).simple();
        if (n > 0) took.push(performance.now() - started);
        relations = since(before, await visited(session));
        await session.unsafe('rollback').simple();
      }
      const buffers = [...relations.values()].reduce((sum, one) => sum + one.buffers, 0);
      return { text, buffers, ms: Math.min(...took), relations };
    } finally {
      await session.unsafe('deallocate asked').simple();
    }
  };
  const wrapped: Database = Object.assign(Object.create(db) as Database, {
    async query(statement: Parameters<Database['query']>[0]) {
      const { text, parameters } = compile(statement);
      touched.push(await explain(text, parameters));
      return db.query(statement);
    },
  });
  return {
    db: wrapped,
    take() {
      const taken = touched;
      touched = [];
      return taken;
    },
    close: () => session.end(),
  };
}

/**
 * What this session's transaction has fetched of each table and index: unlike the buffers of EXPLAIN, with what
 * triggers and foreign keys looked at. A row that is entered goes into each index of its table.
 */
async function visited(session: postgres.Sql): Promise<Map<string, Visited>> {
  const rows = await session
    .unsafe<{ name: string; index: boolean; buffers: string; descents: string }[]>(
      `select c.relname as name, i.indrelid is not null as index, pg_stat_get_xact_blocks_fetched(c.oid) as buffers,
         case when i.indrelid is null then 0 else pg_stat_get_xact_numscans(c.oid)
           + pg_stat_get_xact_tuples_inserted(i.indrelid) + pg_stat_get_xact_tuples_updated(i.indrelid)
           - pg_stat_get_xact_tuples_hot_updated(i.indrelid) end as descents
       from pg_class c left join pg_index i on i.indexrelid = c.oid
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'i')`,
    )
    .simple();
  return new Map(
    rows.map(({ name, index, buffers, descents }) => [
      name,
      { index, buffers: Number(buffers), descents: Number(descents) },
    ]),
  );
}

function since(before: Map<string, Visited>, after: Map<string, Visited>): Map<string, Visited> {
  const relations = new Map<string, Visited>();
  for (const [name, { index, buffers, descents }] of after) {
    const earlier = before.get(name) ?? { buffers: 0, descents: 0 };
    if (buffers > earlier.buffers) {
      const more = { buffers: buffers - earlier.buffers, descents: descents - earlier.descents };
      relations.set(name, { index, ...more });
    }
  }
  return relations;
}

function literal(value: WireValue): string {
  if (value === null) return 'null';
  if (typeof value !== 'string') return `'\\x${Buffer.from(value).toString('hex')}'`;
  return `'${value.replaceAll("'", "''")}'`;
}
