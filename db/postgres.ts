import postgres from 'postgres';
import type { Database, DatabaseLog, Queryable, Transaction } from './database.ts';
import { toDatabaseError } from './errors.ts';
import { compile } from './statement.ts';
import { throttle } from './throttle.ts';
import { OID, PARSERS } from './values.ts';

export interface PostgresOptions {
  url: string;
  /** Connections for statements. */
  max?: number;
  log: DatabaseLog;
}

/** Transactions are rare (see Database.transaction), so a few connections are enough. */
const TRANSACTION_CONNECTIONS = 3;
const CLOSE_SECONDS = 5;

const asIs = <T>(value: T): T => value;

/** Parameters are text or bytes already and every column has a parser of ours (see values.ts). */
const TYPES = Object.fromEntries(
  Object.entries(PARSERS).map(([oid, parse]) => [
    `oid${oid}`,
    { to: Number(oid), from: [Number(oid)], serialize: Number(oid) === OID.bytea ? bytes : asIs, parse },
  ]),
) as unknown as Record<string, postgres.PostgresType>;

/** Bytes in the hex format, https://www.postgresql.org/docs/current/datatype-binary.html */
function bytes(value: Uint8Array | string): string {
  return typeof value === 'string' ? value : `\\x${Buffer.from(value).toString('hex')}`;
}

/**
 * Makes the pools for a PostgreSQL server. Connections are made when first needed.
 * @param options the server's address, the number of connections and a log
 * @returns the database; `openDatabase` is what waits until it answers
 */
export function postgresDatabase({ url, max = 8, log }: PostgresOptions): Database {
  const connect = (connections: number): postgres.Sql =>
    postgres(url, {
      max: connections,
      types: TYPES,
      fetch_types: false,
      connect_timeout: 5,
      keep_alive: 10,
      // A server that comes back is found again within a second.
      backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
      onnotice: () => {},
      connection: { application_name: 'drawbridge', TimeZone: 'UTC', statement_timeout: 60_000 },
    });
  // postgres.js can leave a session "idle in transaction" when `begin` meets a full queue (its issues 1189 and
  // 1204), so transactions have a pool of their own, and never more of them run than it has connections.
  const statements = connect(max);
  const transactions = connect(TRANSACTION_CONNECTIONS);
  const turn = semaphore(TRANSACTION_CONNECTIONS);
  const { query } = queryable(statements);

  const wake = throttle((channel) => {
    statements.notify(channel, '').catch((error) => {
      log.warn(
        { err: toDatabaseError(error), channel },
        'Listeners could not be woken; they find the work by themselves',
      );
    });
  }, 5);

  return {
    engine: 'postgres',
    get source() {
      return { url };
    },
    query,
    async transaction(work) {
      const release = await turn();
      try {
        return (await transactions.begin((session) => work(transaction(session)))) as Awaited<
          ReturnType<typeof work>
        >;
      } catch (error) {
        throw toDatabaseError(error);
      } finally {
        release();
      }
    },
    async listen(channel, onNotify) {
      let listening = false;
      const onListening = (): void => {
        if (listening) onNotify();
        listening = true;
      };
      try {
        const { unlisten } = await statements.listen(channel, onNotify, onListening);
        return unlisten;
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
    notify: wake.call,
    async close() {
      wake.stop();
      await Promise.all([
        statements.end({ timeout: CLOSE_SECONDS }),
        transactions.end({ timeout: CLOSE_SECONDS }),
      ]);
    },
  };
}

function queryable(session: postgres.Sql): Queryable {
  return {
    async query<Row>(statement: Parameters<Queryable['query']>[0]): Promise<Row[]> {
      const { text, parameters } = compile(statement);
      try {
        const rows = await session.unsafe(text, parameters, {
          prepare: true,
          simple: false,
        } as postgres.UnsafeQueryOptions);
        return Array.from(rows) as Row[];
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

function transaction(session: postgres.TransactionSql): Transaction {
  return {
    ...queryable(session as unknown as postgres.Sql),
    async script(text) {
      try {
        await session.unsafe(text).simple();
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

/** Lets so many in at a time; gives each the function that lets the next one in. */
function semaphore(places: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let free = places;
  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return release;
  };
}
