import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS, migrate } from '../db/migrate.ts';
import { operations } from '../src/operations/index.ts';
import { createService } from '../src/service/create.ts';
import { verifyAudit } from '../src/service/verify-audit.ts';
import { tools } from './support/ask.ts';
import { ENGINES, type TestDatabase, testDatabase } from './support/database.ts';
import { PEOPLE, WORKSPACE } from './support/seed.ts';

interface Journal {
  entries: { tag: string }[];
}

let folder: string;
let journal: Journal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-upgrade-'));
  await mkdir(join(folder, 'meta'));
  journal = JSON.parse(await readFile(join(MIGRATIONS, 'meta', '_journal.json'), 'utf8')) as Journal;
  for (const { tag } of journal.entries)
    await copyFile(join(MIGRATIONS, `${tag}.sql`), join(folder, `${tag}.sql`));
});
afterEach(() => rm(folder, { recursive: true }));

/** Migrates as the release did that had so many migrations. */
async function release(db: TestDatabase, migrations: number): Promise<number> {
  const entries = journal.entries.slice(0, migrations);
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify({ ...journal, entries }));
  return migrate(db, { folder });
}

interface Table {
  name: string;
  columns: string[];
}

/** The tables with their columns, as they are now. */
async function tablesOf(db: TestDatabase): Promise<Table[]> {
  return db.query<Table>(sql`
    select c.table_name as name, json_agg(c.column_name order by c.column_name) as columns
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where table_schema = 'public' and t.table_type = 'BASE TABLE' group by c.table_name order by c.table_name`);
}

/** What these columns hold, of every row, in an order of their own. */
async function contents(db: TestDatabase, tables: Table[]): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const { name, columns } of tables) {
    const list = sql.raw(columns.map((column) => `"${column}"`).join(', '));
    const rows = await db.query<{ row: unknown }>(sql`
      select to_jsonb(x) as row from (select ${list} from ${sql.raw(`"${name}"`)}) x order by to_jsonb(x)::text`);
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}

/** Everything that makes the schema, in words of PostgreSQL's own. */
async function schemaOf(db: TestDatabase): Promise<string[]> {
  const rows = await db.query<{ what: string }>(sql`
    select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
      coalesce(column_default, '') as what from information_schema.columns where table_schema = 'public'
    union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
    union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
    union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t where not tgisinternal
      and t.tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
    union all select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
    order by 1`);
  return rows.map(({ what }) => what);
}

describe.each(ENGINES)('a database of the first release, on %s', (engine) => {
  let db: TestDatabase;
  let fresh: TestDatabase;
  beforeEach(async () => {
    [db, fresh] = await Promise.all([testDatabase(engine, { migrated: false }), testDatabase(engine)]);
  });
  afterEach(() => Promise.all([db.close(), fresh.close()]));

  it('comes to the present schema step by step, keeps every row, and goes on working', async () => {
    expect(await release(db, 1)).toBe(1);
    const past = await readFile('test/fixtures/releases/first.sql', 'utf8');
    await db.transaction((tx) => tx.script(past));
    const then = await tablesOf(db);
    const before = await contents(db, then);
    for (const { name } of then) expect(before[name]?.length, `rows of ${name}`).toBeGreaterThan(0);

    for (let n = 2; n <= journal.entries.length; n += 1) {
      expect(await release(db, n)).toBe(1);
      expect(await contents(db, then), journal.entries[n - 1]?.tag).toEqual(before);
    }
    expect(await migrate(db)).toBe(0);
    expect(await schemaOf(db)).toEqual(await schemaOf(fresh));

    const checks = await verifyAudit(db);
    expect(checks).toMatchObject([{ ok: true, entries: 3 }]);
    const now = new Date('2026-03-02T10:00:00Z');
    const service = createService({
      db,
      clock: { now: () => now },
      log: pino({ level: 'silent' }),
      installation: { publicUrl: 'https://sso.example', supportContact: null },
      tools: tools(),
      operations,
    });
    const [pending] = await db.query<{ id: string }>(sql`select id from requests where status = 'Pending'`);
    const approver = { workspaceId: WORKSPACE, slackId: PEOPLE.approver };
    const outcome = await service.decide(approver, pending?.id ?? '', 'approve', null);
    expect(outcome.type, JSON.stringify(outcome)).toBe('done');
    expect(await db.query(sql`select state from domains where name = 'acme.test'`)).toEqual([
      { state: 'SSO on' },
    ]);
    expect(await verifyAudit(db)).toMatchObject([{ ok: true, entries: 4 }]);
  });

  it('keeps the rows of every table, also of those that came later', async () => {
    const add = async (past: string) => {
      const rows = await readFile(`test/fixtures/releases/${past}.sql`, 'utf8');
      await db.transaction((tx) => tx.script(rows));
    };
    await release(db, 1);
    await add('first');
    await release(db, 11);
    await add('eleventh');
    const then = await tablesOf(db);
    const before = await contents(db, then);
    for (const { name } of then) expect(before[name]?.length, `rows of ${name}`).toBeGreaterThan(0);
    for (let n = 12; n <= journal.entries.length; n += 1) {
      expect(await release(db, n)).toBe(1);
      expect(await contents(db, then), journal.entries[n - 1]?.tag).toEqual(before);
    }
  });

  it('comes there in one go as well', async () => {
    await release(db, 1);
    const past = await readFile('test/fixtures/releases/first.sql', 'utf8');
    await db.transaction((tx) => tx.script(past));
    expect(await migrate(db)).toBe(journal.entries.length - 1);
    expect(await schemaOf(db)).toEqual(await schemaOf(fresh));
  });
});
