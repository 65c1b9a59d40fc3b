import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS, migrate } from '../db/migrate.ts';
import { startChild } from './support/child.ts';
import { ENGINES, type TestDatabase, testDatabase } from './support/database.ts';

let folder: string;

/** A folder as drizzle-kit writes it. The second migration would show if it ran twice. */
async function writeMigrations(entries: { tag: string; when: number; text: string }[]): Promise<void> {
  for (const { tag, text } of entries) await writeFile(join(folder, `${tag}.sql`), text);
  const journal = {
    version: '7',
    dialect: 'postgresql',
    entries: entries.map(({ tag, when }, idx) => ({ idx, version: '7', when, tag, breakpoints: true })),
  };
  await writeFile(join(folder, 'meta', '_journal.json'), JSON.stringify(journal));
}

const FIRST = {
  tag: '0000_first',
  when: 1000,
  text: 'create table counter (n int);--> statement-breakpoint\ninsert into counter values (0)',
};
const SECOND = {
  tag: '0001_second',
  when: 2000,
  text: 'select pg_sleep(0.2); update counter set n = n + 1; alter table counter add column note text',
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drawbridge-migrations-'));
  await mkdir(join(folder, 'meta'));
  await writeMigrations([FIRST, SECOND]);
});
afterEach(() => rm(folder, { recursive: true }));

describe.each(ENGINES)('on %s', (engine) => {
  let db: TestDatabase;
  beforeEach(async () => {
    db = await testDatabase(engine, { migrated: false });
  });
  afterEach(() => db.close());

  it('a migration runs once, and a later one is added', async () => {
    await writeMigrations([FIRST]);
    expect(await migrate(db, { folder })).toBe(1);
    expect(await migrate(db, { folder })).toBe(0);
    await writeMigrations([FIRST, SECOND]);
    expect(await migrate(db, { folder })).toBe(1);
    expect(await migrate(db, { folder })).toBe(0);
    await expect(db.query(sql`select n, note from counter`)).resolves.toEqual([{ n: 1, note: null }]);
  });

  it('all of them or none are applied', async () => {
    const broken = { tag: '0002_broken', when: 3000, text: 'create table more (n int); select 1 / 0' };
    await writeMigrations([FIRST, SECOND, broken]);
    await expect(migrate(db, { folder })).rejects.toMatchObject({ code: '22012' });
    await expect(db.query(sql`select to_regclass('counter')::text as found`)).resolves.toEqual([
      { found: null },
    ]);
    await writeMigrations([FIRST, SECOND]);
    expect(await migrate(db, { folder })).toBe(2);
  });

  it('one that is older than what was applied is refused, not skipped', async () => {
    await migrate(db, { folder });
    await writeMigrations([
      FIRST,
      { tag: '0001_late', when: 1500, text: 'create table late (n int)' },
      SECOND,
    ]);
    await expect(migrate(db, { folder })).rejects.toThrow('put its change into a new migration');
    await writeMigrations([FIRST, { ...SECOND, text: `${SECOND.text}; create table edited (n int)` }]);
    await expect(migrate(db, { folder })).rejects.toThrow('was changed or added');
  });

  it('a database that a later release migrated is left as it is', async () => {
    await migrate(db, { folder });
    await writeMigrations([FIRST]);
    expect(await migrate(db, { folder })).toBe(0);
  });
});

describe('on a server', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase('postgres', { migrated: false });
  });
  afterAll(() => db.close());

  it('five processes at once do no harm', async () => {
    if (!('url' in db.source)) throw new Error('a server has an address');
    const { url } = db.source;
    const processes = Array.from({ length: 5 }, () =>
      startChild('test/support/children/migrate.ts', [url, folder]),
    );
    const codes = await Promise.all(processes.map(({ ended }) => ended));
    const said = processes.flatMap(({ lines }) => lines).sort();
    expect(said).toEqual(['applied 0', 'applied 0', 'applied 0', 'applied 0', 'applied 2']);
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    await expect(db.query(sql`select n from counter`)).resolves.toEqual([{ n: 1 }]);
  });
});

describe("the project's own migrations", () => {
  it('are in the order of their times', async () => {
    const { entries } = JSON.parse(await readFile(join(MIGRATIONS, 'meta', '_journal.json'), 'utf8'));
    const times = entries.map(({ when }: { when: number }) => when);
    expect(times.length).toBeGreaterThan(0);
    expect(times).toEqual([...new Set<number>(times)].sort((a, b) => a - b));
    expect(entries.map(({ tag }: { tag: string }) => tag)).toEqual(
      entries.map(({ tag }: { tag: string }) => tag).sort(),
    );
    // One from the future would keep those of today from being added after it.
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
  });

  it('make what the schema says: drizzle-kit finds nothing to generate', async () => {
    const copy = join(folder, 'copy');
    await cp(MIGRATIONS, copy, { recursive: true });
    const { stdout } = await promisify(execFile)('node_modules/.bin/drizzle-kit', [
      ...[
        'generate',
        '--dialect=postgresql',
        '--schema=./db/schema.ts', // drizzle-kit takes a relative path only.
        `--out=${relative('.', copy)}`,
      ],
    ]);
    expect(stdout).toContain('No schema changes, nothing to migrate');
  });
});
