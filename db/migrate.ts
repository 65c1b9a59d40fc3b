import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database, DatabaseLog, Transaction } from './database.ts';

/** The folder that `npm run db:generate` writes to. */
export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number will do, as long as it stays the same: the processes of all releases must meet at it. */
const LOCK = 727_201_384;

/**
 * Brings the schema up to date, in one transaction: all of it or nothing. Any number of processes may do so at
 * once; an advisory lock, which dies with its connection, lets one in and the others find nothing left to do.
 * What was applied is kept as drizzle-kit keeps it.
 * @param database the database
 * @param options the folder, when it is not the project's own, and a log
 * @returns how many migrations were applied
 * @throws DatabaseError when a migration fails; Error when a migration was put in before one that is applied
 */
export async function migrate(
  database: Database,
  options: { folder?: string; log?: DatabaseLog } = {},
): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: options.folder ?? MIGRATIONS });
  const bringUpToDate = async (tx: Transaction): Promise<number> => {
    // Waiting for the others, and a migration of much data, take their time.
    await tx.script('set local statement_timeout = 0; set local lock_timeout = 0');
    await tx.query(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`);
    const applied = await readApplied(tx);
    const pending = migrations.filter(({ hash }) => !applied.some((done) => done.hash === hash));
    checkOrder(pending, applied);
    for (const migration of pending) await apply(tx, migration);
    if (pending.length > 0)
      options.log?.info({ migrations: pending.length }, 'The database schema was brought up to date');
    return pending.length;
  };
  return database.transaction(bringUpToDate, { unhurried: true });
}

interface Applied {
  hash: string;
  when: number;
}

async function readApplied(tx: Transaction): Promise<Applied[]> {
  await tx.script(`
    create schema if not exists drizzle;
    create table if not exists drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint
    )`);
  return tx.query<Applied>(sql`select hash, created_at as "when" from drizzle.__drizzle_migrations`);
}

/** A migration that is older than one already applied was edited or merged late; where it belongs nobody knows. */
function checkOrder(pending: MigrationMeta[], applied: Applied[]): void {
  const newest = Math.max(0, ...applied.map(({ when }) => when));
  const late = pending.find(({ folderMillis }) => folderMillis <= newest);
  if (!late) return;
  throw new Error(
    `The migration of ${new Date(late.folderMillis).toISOString()} was changed or added after a later one was applied: ` +
      'put its change into a new migration (npm run db:generate)',
  );
}

async function apply(tx: Transaction, migration: MigrationMeta): Promise<void> {
  for (const statements of migration.sql) await tx.script(statements);
  await tx.query(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.hash}, ${migration.folderMillis}::bigint)`,
  );
}
