import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { startPostgres } from '../support/postgres-server.ts';

/** Room for a million rows of everything; without replicas a new index needs no write-ahead log. */
const SETTINGS = [
  ...['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB'],
  ...['-c', 'wal_level=minimal', '-c', 'max_wal_senders=0'],
];

let server: ReturnType<typeof startPostgres> | undefined;

/** A migrated database on a real server that all rows of a run share. */
export interface BenchDatabase {
  url: string;
  db: Database;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

/**
 * @param given the address of a server that runs; when left out the run has one, which is started at the first call
 * @returns a new database with all tables
 */
export async function benchDatabase(given?: string): Promise<BenchDatabase> {
  const serverUrl = given ?? (await ownServer());
  const name = `bench_${randomBytes(6).toString('hex')}`;
  await administer(serverUrl, `create database "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const db = await openDatabase({ url: url.href });
  await migrate(db);
  return {
    url: url.href,
    db,
    async close() {
      await db.close();
      await administer(serverUrl, `drop database "${name}" with (force)`);
    },
  };
}

async function ownServer(): Promise<string> {
  server ??= startPostgres(SETTINGS);
  return (await server).url;
}

/** Stops the server, if one was started. */
export async function stopServer(): Promise<void> {
  if (server) await (await server).stop();
  server = undefined;
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const db = await openDatabase({ url: serverUrl, max: 1 });
  try {
    await db.query(sql.raw(statement));
  } finally {
    await db.close();
  }
}
