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
      let buffers = 0;
      const took: number[] = [];
      for (let n = 0; n <= times; n += 1) {
        await session.unsafe('begin').simple();
        const before = await fetched(session);
        const started = performance.now();
        await session.unsafe(execute).simple();
        if (n > 0) took.push(performance.now() - started);
        buffers = (await fetched(session)) - before;
        await session.unsafe('rollback').simple();
      }
      return { text, buffers, ms: Math.min(...took) };
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

/** Buffers fetched in this transaction: unlike those of EXPLAIN, with what triggers and foreign keys looked at. */
async function fetched(session: postgres.Sql): Promise<number> {
  const [row] = await session
    .unsafe<{ n: string }[]>(
      `select coalesce(sum(pg_stat_get_xact_blocks_fetched(oid)), 0) as n from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`,
    )
    .simple();
  return Number(row?.n);
}

function literal(value: WireValue): string {
  if (value === null) return 'null';
  if (typeof value !== 'string') return `'\\x${Buffer.from(value).toString('hex')}'`;
  return `'${value.replaceAll("'", "''")}'`;
}
