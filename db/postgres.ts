import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import postgres from 'postgres';
import type { Database, DatabaseLog, Queryable, Transaction } from './database.ts';
import { DatabaseUnavailable, OutcomeUnknown, toDatabaseError } from './errors.ts';
import { type OutageLog, outageLog } from './outage.ts';
import { type SilenceOptions, type SilenceWatch, watchSilence } from './silence.ts';
import { compile } from './statement.ts';
import { throttle } from './throttle.ts';
import { OID, PARSERS } from './values.ts';

export interface PostgresOptions {
  url: string;
  /** Connections for statements. */
  max?: number;
  log: DatabaseLog;
  /** How patient to be with connections that say nothing; for tests. */
  patience?: Pick<SilenceOptions, 'silentMs' | 'probeMs' | 'longestMs'>;
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
export function postgresDatabase({ url, max = 8, log, patience }: PostgresOptions): Database {
  const watch = watchSilence({
    url,
    ...patience,
    onSilence: () => log.warn('The database was silent for too long; its connections were given up'),
  });
  const outage = outageLog(log);
  const connect = (connections: number): postgres.Sql =>
    postgres(url, {
      socket: watch.socket,
      max: connections,
      types: TYPES,
      fetch_types: false,
      connect_timeout: 5,
      keep_alive: 10,
      // A server that comes back is found again within a second.
      backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 1),
      onnotice: () => {},
      connection: { application_name: 'drawbridge', TimeZone: 'UTC', statement_timeout: 60_000 },
    } as postgres.Options<Record<string, postgres.PostgresType>>);
  // postgres.js can leave a session "idle in transaction" when `begin` meets a full queue (its issues 1189 and
  // 1204), so transactions have a pool of their own, and never more of them run than it has connections.
  const statements = connect(max);
  const transactions = connect(TRANSACTION_CONNECTIONS);
  const turn = semaphore(TRANSACTION_CONNECTIONS);
  const { query } = queryable(statements, { watch, outage });

  // Who listens in this process is woken at once; what then comes back over the server is known by its sender.
  const here = new EventEmitter().setMaxListeners(0);
  const sender = randomUUID();
  const wake = throttle((channel) => {
    setImmediate(() => here.emit(channel));
    statements.notify(channel, sender).catch((error) => {
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
    async transaction(work, { unhurried = false } = {}) {
      const release = await turn();
      // The driver sends BEGIN and COMMIT itself; their answers may be the ones that do not come.
      let wait = watch.begin(undefined, unhurried);
      const progress: Progress = { broken: false, over: false, ending: false };
      try {
        const done = await transactions.begin(async (session) => {
          watch.end(wait);
          try {
            const result = await work(transaction(session, { watch, outage, unhurried, progress }));
            if (progress.over || progress.broken) return await NEVER;
            progress.ending = true;
            return result;
          } catch (error) {
            if (progress.over || progress.broken) return await NEVER;
            throw error;
          } finally {
            wait = watch.begin(undefined, unhurried);
          }
        });
        return done as Awaited<ReturnType<typeof work>>;
      } catch (error) {
        const failure = toDatabaseError(error);
        outage.failed(failure);
        // Before the COMMIT a broken connection undoes everything; after it nobody knows.
        if (!(failure instanceof DatabaseUnavailable) || !failure.sent) throw failure;
        throw progress.ending
          ? new OutcomeUnknown(failure.message, failure.code, true)
          : new DatabaseUnavailable(failure.message, failure.code);
      } finally {
        progress.over = true;
        watch.end(wait);
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
        const fromElsewhere = (from: string): void => {
          if (from !== sender) onNotify();
        };
        const { unlisten } = await statements.listen(channel, fromElsewhere, onListening);
        here.on(channel, onNotify);
        return async () => {
          here.off(channel, onNotify);
          await unlisten();
        };
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
    notify: wake.call,
    async close() {
      wake.stop();
      here.removeAllListeners();
      watch.stop();
      await Promise.all([
        statements.end({ timeout: CLOSE_SECONDS }),
        transactions.end({ timeout: CLOSE_SECONDS }),
      ]);
    },
  };
}

/** How far a transaction is. */
interface Progress {
  /** Its connection ended. */
  broken: boolean;
  /** Nobody waits for it any more. */
  over: boolean;
  /** The work is done; what follows is the COMMIT. */
  ending: boolean;
}

interface Surroundings {
  watch: SilenceWatch;
  outage: OutageLog;
  unhurried?: boolean;
  progress?: Progress;
}

/**
 * The driver (3.4.9) would send a ROLLBACK or COMMIT on a connection that is no more, and end the process by it: it
 * writes to a socket that is null, outside of any promise. So the work of a broken transaction never comes to its end
 * as far as the driver is concerned; it hears of the connection's end by another way.
 */
const NEVER = new Promise<never>(() => {});

/** Notes that the connection is gone, or about to be: the driver says so by itself. (After 08… the server may go on.) */
function note(progress: Progress | undefined, failure: unknown): void {
  if (!progress || !(failure instanceof DatabaseUnavailable)) return;
  progress.broken ||= failure.sent && !failure.code.startsWith('08');
}

function queryable(session: postgres.Sql, surroundings: Surroundings): Queryable {
  const { watch, outage, unhurried, progress } = surroundings;
  return {
    async query<Row>(statement: Parameters<Queryable['query']>[0]): Promise<Row[]> {
      const { text, parameters } = compile(statement);
      checkOpen(progress);
      const query = session.unsafe(text, parameters, {
        prepare: true,
        simple: false,
      } as postgres.UnsafeQueryOptions);
      const wait = watch.begin(query, unhurried);
      try {
        const rows = await query;
        outage.answered();
        return Array.from(rows) as Row[];
      } catch (error) {
        const failure = wait.unsent
          ? new DatabaseUnavailable('The database does not answer', 'ETIMEDOUT')
          : toDatabaseError(error);
        outage.failed(failure);
        note(progress, failure);
        throw failure;
      } finally {
        watch.end(wait);
      }
    },
  };
}

function transaction(session: postgres.TransactionSql, surroundings: Surroundings): Transaction {
  const { watch, unhurried, progress } = surroundings;
  return {
    ...queryable(session as unknown as postgres.Sql, surroundings),
    async script(text) {
      checkOpen(progress);
      const wait = watch.begin(undefined, unhurried);
      try {
        await session.unsafe(text).simple();
      } catch (error) {
        const failure = toDatabaseError(error);
        note(progress, failure);
        throw failure;
      } finally {
        watch.end(wait);
      }
    },
  };
}

/** A statement on the connection of a transaction that is over would belong to nothing, or end the process (see NEVER). */
function checkOpen(progress: Progress | undefined): void {
  if (progress?.over) throw new DatabaseUnavailable('The transaction is over: its connection ended', '08003');
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
