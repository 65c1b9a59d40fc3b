import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { inject } from 'vitest';
import { type Database, type OpenOptions, openDatabase } from '../../db/client.ts';
import { ask } from './control.ts';

/** Both engines, for `describe.each(ENGINES)`. */
export const ENGINES = ['pglite', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

/** A database of a test file's own. */
export interface TestDatabase extends Database {
  /** A further pool on the same database, as another process would have; on a server only. The test closes it. */
  another(options?: OpenOptions): Promise<Database>;
}

/**
 * Makes a database for one test file: `db = await testDatabase()` in `beforeAll`, `await db.close()` in `afterAll`.
 * @param engine embedded by default, which takes half a second; `postgres` where contention or connections matter
 * @param options `migrated: false` gives an empty database
 * @returns the database; closing it fails when connections, transactions or advisory locks were left behind
 */
export async function testDatabase(
  engine: Engine = 'pglite',
  { migrated = true }: { migrated?: boolean } = {},
): Promise<TestDatabase> {
  return engine === 'pglite' ? embedded(migrated) : onServer(migrated);
}

async function embedded(migrated: boolean): Promise<TestDatabase> {
  const dump = migrated ? await openAsBlob(await shared().embeddedDump()) : undefined;
  const database = await openDatabase({ memory: true, dump });
  return extend(database, {
    async another() {
      throw new Error("an embedded database has one process only: testDatabase('postgres')");
    },
    async close() {
      const left = await leftBehind(database, sql`pid = pg_backend_pid()`);
      await database.close();
      if (left.length > 0) throw new Error(`The test left advisory locks behind: ${left.join(', ')}`);
    },
  });
}

async function onServer(migrated: boolean): Promise<TestDatabase> {
  const serverUrl = await shared().serverUrl();
  const name = `drawbridge_test_${randomBytes(6).toString('hex')}`;
  const template = migrated ? await shared().template() : 'template0';
  await administer(serverUrl, (server) =>
    server.query(sql.raw(`create database "${name}" template "${template}"`)),
  );
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = await openDatabase({ url: url.href });
  return extend(database, {
    another: (options) => openDatabase({ ...options, url: url.href }),
    async close() {
      await database.close();
      const left = await administer(serverUrl, async (server) => {
        const connections = await connectionsLeft(server, name);
        await server.query(sql.raw(`drop database "${name}" with (force)`));
        return connections;
      });
      if (left.length > 0) throw new Error(`The test left connections open: ${left.join(', ')}`);
    },
  });
}

function shared(): ReturnType<typeof ask> {
  return ask(inject('sharedDatabases'));
}

/** The same database with some methods of its own; the getters of the original stay getters. */
function extend(database: Database, own: Pick<TestDatabase, 'another' | 'close'>): TestDatabase {
  return Object.assign(Object.create(database) as Database, own);
}

function leftBehind(database: Database, whose: ReturnType<typeof sql>): Promise<string[]> {
  return database
    .query<{ lock: string }>(
      sql`select classid || '/' || objid as lock from pg_locks where locktype = 'advisory' and ${whose}`,
    )
    .then((rows) => rows.map(({ lock }) => lock));
}

/** A closed connection is gone from the server's view a moment later. */
async function connectionsLeft(server: Database, name: string): Promise<string[]> {
  for (let attempt = 0; ; attempt++) {
    const rows = await server.query<{ connection: string }>(
      sql`select concat_ws(' ', application_name, state, query) as connection
          from pg_stat_activity where datname = ${name}`,
    );
    if (rows.length === 0 || attempt === 20) return rows.map(({ connection }) => connection);
    await sleep(50);
  }
}

async function administer<T>(serverUrl: string, work: (server: Database) => Promise<T>): Promise<T> {
  const server = await openDatabase({ url: serverUrl, max: 1 });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
