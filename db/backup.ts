import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database, DatabaseLog } from './database.ts';
import { embeddedDatabase } from './embedded.ts';
import { EMBEDDED_MAJOR, openFolder } from './folder.ts';

/** A copy cannot be made or used. The message is for the person who asked for it. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** What a backup holds beside its list: the database as one file, and what lies beside it in DATA_DIR, where it does. */
export const DUMP = 'database.tar.gz';
export const BESIDE = ['encryption.key', 'workspace'] as const;
const LIST = 'backup.json';

const list = z.object({
  version: z.literal(1),
  made: z.string(),
  postgres: z.string(),
  /** Rows of each table. */
  rows: z.record(z.string(), z.number()),
  /** SHA-256 of each file, by its path in the backup. */
  files: z.record(z.string().regex(/^(?!.*\.\.)[\w.-]+(\/[\w.-]+)*$/), z.string()),
});

/** What is in a backup, written beside it. */
export type BackupList = z.output<typeof list>;

/**
 * Copies the embedded database and its key to a new folder, and reads the copy back. The folder appears whole or not
 * at all.
 * @param dataDir the value of DATA_DIR, which no process may be using
 * @param target the folder to make
 * @param options the present moment, and a log
 * @returns what the copy holds
 * @throws BackupRefused when there is nothing to copy or the target is there; FolderLocked while a process uses it
 */
export async function backUp(
  dataDir: string,
  target: string,
  { now, log }: { now: Date; log: DatabaseLog },
): Promise<BackupList> {
  if (!existsSync(join(dataDir, 'database'))) {
    throw new BackupRefused(`There is no database in ${dataDir}: set DATA_DIR to the folder that has one`);
  }
  if (existsSync(target)) throw new BackupRefused(`${target} is there already: name a folder that is not`);
  const unfinished = `${target}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const db = await openFolder(dataDir, log);
  try {
    await writeWhole(join(unfinished, DUMP), await dumpOf(db));
    // Under the lock still, so that all of it is of one moment.
    for (const name of BESIDE) {
      if (existsSync(join(dataDir, name)))
        await cp(join(dataDir, name), join(unfinished, name), { recursive: true });
    }
    const made: BackupList = {
      version: 1,
      made: now.toISOString(),
      postgres: EMBEDDED_MAJOR,
      rows: await rowsOf(db),
      files: await digests(unfinished),
    };
    await writeWhole(join(unfinished, LIST), Buffer.from(`${JSON.stringify(made, null, 2)}\n`));
  } finally {
    await db.close();
  }
  const read = await readBackup(unfinished);
  await rename(unfinished, target);
  await flush(dirname(target));
  return read;
}

/**
 * Reads a backup through: every file as it was written, and the database opens and has all its rows.
 * @param folder the backup
 * @returns what it holds
 * @throws BackupRefused with what is wrong
 */
export async function readBackup(folder: string): Promise<BackupList> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => '');
  const parsed = list.safeParse(text === '' ? undefined : parse(text));
  if (!parsed.success)
    throw new BackupRefused(`${folder} is no backup of Drawbridge that this release reads`);
  const { data } = parsed;
  if (data.postgres !== EMBEDDED_MAJOR) {
    throw new BackupRefused(
      `${folder} is of PostgreSQL ${data.postgres}, this release has ${EMBEDDED_MAJOR}`,
    );
  }
  const found = await digests(folder);
  const wrong = Object.entries(data.files).find(([name, digest]) => found[name] !== digest);
  if (wrong || !data.files[DUMP]) {
    throw new BackupRefused(`${join(folder, wrong?.[0] ?? DUMP)} is missing or damaged: use another backup`);
  }
  const db = await embeddedDatabase({ dump: new Blob([await readFile(join(folder, DUMP))]) });
  try {
    await checkRows(db, data, folder);
  } finally {
    await db.close();
  }
  return data;
}

/**
 * @param db a database that was made of a backup
 * @param expected what the backup says of it
 * @throws BackupRefused when rows are missing
 */
export async function checkRows(db: Database, { rows }: BackupList, folder: string): Promise<void> {
  const found = await rowsOf(db);
  const table = Object.keys({ ...rows, ...found }).find((name) => found[name] !== rows[name]);
  if (table) {
    throw new BackupRefused(
      `${folder}: the table ${table} has ${found[table] ?? 'no'} rows in place of ${rows[table] ?? 'none'}: use another backup`,
    );
  }
}

async function rowsOf(db: Database): Promise<Record<string, number>> {
  const tables = await db.query<{ name: string }>(sql`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`);
  const rows: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.query<{ n: number }>(sql`select count(*) as n from ${sql.raw(name)}`);
    rows[name] = row?.n ?? 0;
  }
  return rows;
}

async function dumpOf(db: Database): Promise<Buffer> {
  if (!('pglite' in db.source)) throw new TypeError('only an embedded database is copied this way');
  const dump = await db.source.pglite.dumpDataDir('gzip');
  return Buffer.from(await dump.arrayBuffer());
}

/** SHA-256 of every file below a folder, the list itself aside. */
async function digests(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (!entry.isFile() || name === LIST) continue;
    files[name] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return files;
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder's own entries last: a rename is in them. */
export async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no list, and the schema says so.
    return undefined;
  }
}
