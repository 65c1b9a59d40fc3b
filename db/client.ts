import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database, DatabaseLog } from './database.ts';
import { DatabaseError, DatabaseUnavailable } from './errors.ts';
import { type PostgresOptions, postgresDatabase } from './postgres.ts';

export type { Database, Queryable, Transaction } from './database.ts';

export interface OpenOptions {
  /** A PostgreSQL server. */
  url?: string;
  /** Where the embedded database lives, when there is no server. */
  dataDir?: string;
  /** The folder of an empty database, to be copied where `dataDir` has none yet; see template.ts. */
  template?: string;
  /** An embedded database in memory, for tests; begun from `dump` when that is given. */
  memory?: boolean;
  dump?: Blob;
  /** Connections to the server for statements. */
  max?: number;
  /** How long to wait for a server that does not answer yet. */
  waitSeconds?: number;
  log?: DatabaseLog;
  /** How patient to be with a server that says nothing; for tests. */
  patience?: PostgresOptions['patience'];
}

/** PostgreSQL's first version with everything that the schema uses. */
const OLDEST_SERVER = 15;
const silent: DatabaseLog = { info() {}, warn() {}, error() {} };

/**
 * Opens the database: a server when there is a `url`, else the embedded one.
 * @returns the database, which answers
 * @throws DatabaseUnavailable when the server does not answer within `waitSeconds`; DatabaseError when it refuses
 *   (password, name, version); FolderLocked, FolderOfAnotherVersion for the embedded one
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { url, dataDir, template, memory, dump, max, waitSeconds = 60, log = silent, patience } = options;
  if (url !== undefined) {
    const database = postgresDatabase({ url, max, log, patience });
    try {
      await waitForServer(database, waitSeconds, log);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }
  // A server needs nothing of the embedded engine, and starts sooner without.
  if (memory) return (await import('./embedded.ts')).embeddedDatabase({ dump });
  if (dataDir === undefined) throw new TypeError('openDatabase needs a url, a dataDir or memory');
  return (await import('./folder.ts')).openFolder(dataDir, log, template);
}

async function waitForServer(database: Database, waitSeconds: number, log: DatabaseLog): Promise<void> {
  const deadline = performance.now() + waitSeconds * 1000;
  for (let delay = 250; ; delay = Math.min(delay * 2, 5000)) {
    try {
      return await checkServer(database);
    } catch (error) {
      const left = deadline - performance.now();
      if (!(error instanceof DatabaseUnavailable) || left <= 0) throw error;
      log.warn(
        { code: error.code },
        `The database does not answer yet; waiting for it up to ${Math.ceil(left / 1000)} s more`,
      );
      await sleep(Math.min(delay, left));
    }
  }
}

async function checkServer(database: Database): Promise<void> {
  const [row] = await database.query<{ version: number }>(
    sql`select current_setting('server_version_num')::int / 10000 as version`,
  );
  if (row && row.version >= OLDEST_SERVER) return;
  throw new DatabaseError(
    `DATABASE_URL: the server is PostgreSQL ${row?.version}; use version ${OLDEST_SERVER} or later`,
    '0A000',
  );
}
