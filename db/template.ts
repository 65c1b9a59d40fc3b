import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from './database.ts';
import { MIGRATIONS } from './migrate.ts';

/** Where `npm run build` keeps the template. */
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/**
 * A database with all tables and no row, to be copied where a new one is wanted: making one takes seconds, a copy
 * does not. It belongs to these migrations and this engine, by its name; others never find it.
 * @param migrations the folder of the migrations
 * @returns the folder, which need not be there
 */
export async function templateFolder(migrations = MIGRATIONS): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort()) {
    hash.update(name).update(await readFile(join(migrations, name)));
  }
  const engine = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  hash.update(await readFile(join(engine, '../package.json')));
  return join(DIST, `database-${hash.digest('hex').slice(0, 12)}`);
}

/**
 * Makes the template, where it is not there yet, and removes those of before.
 * @param fill makes the tables
 */
export async function makeTemplate(fill: (db: Database) => Promise<void>): Promise<void> {
  const folder = await templateFolder();
  if (existsSync(folder)) return;
  await mkdir(DIST, { recursive: true });
  for (const other of await readdir(DIST)) {
    if (other.startsWith('database-')) await rm(join(DIST, other), { recursive: true, force: true });
  }
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  const { embeddedDatabase } = await import('./embedded.ts');
  const db = await embeddedDatabase({ folder: unfinished });
  try {
    await fill(db);
  } finally {
    await db.close();
  }
  await rename(unfinished, folder);
}
