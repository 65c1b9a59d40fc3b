import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../../db/client.ts';
import { migrate } from '../../../db/migrate.ts';

/** @returns whether a bot's database is on a server; else it is the data folder of an embedded one */
export function isServer(database: string): boolean {
  return database.startsWith('postgres');
}

/** The folder that the embedded engine itself is given, within a data folder. */
export function engineFolder(dataDir: string): string {
  return join(dataDir, 'database');
}

/** Data folders of embedded databases that begin the same. */
export interface DataFolders<Seeded> {
  seeded: Seeded;
  /** @returns a further folder with the same database: each process needs its own */
  copy(): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Makes an embedded database with all tables once, to be copied.
 * @param seed what else is to be in it
 */
export async function dataFolders<Seeded>(
  seed: (db: Database) => Promise<Seeded>,
): Promise<DataFolders<Seeded>> {
  const home = await mkdtemp(join(tmpdir(), 'drawbridge-bench-'));
  const first = join(home, 'first');
  const db = await openDatabase({ dataDir: first });
  await migrate(db);
  const seeded = await seed(db).finally(() => db.close());
  let copies = 0;
  return {
    seeded,
    async copy() {
      copies += 1;
      const folder = join(home, `copy-${copies}`);
      await cp(first, folder, { recursive: true });
      return folder;
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
