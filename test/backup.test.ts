import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BackupList, backUp, DUMP } from '../db/backup.ts';
import { openDatabase } from '../db/client.ts';
import { lockFolder } from '../db/lock.ts';
import { migrate } from '../db/migrate.ts';
import { restore } from '../db/restore.ts';
import { READY } from '../db/restored.ts';
import { keyFromFile } from '../src/secrets.ts';
import { verifyAudit } from '../src/service/verify-audit.ts';
import { seedTeam } from './support/seed.ts';

/** A data folder with the team Acme, and what `npm run backup` made of it: made once, copied for each test. */
let made: { base: string; data: string; copy: string; key: Buffer; said: string };
let base: string;
let data: string;
let copy: string;

const log = { info() {}, warn() {}, error() {} };

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drawbridge-backup-'));
  const from = join(folder, 'data');
  await withDatabase(async (db) => {
    await migrate(db);
    await seedTeam(db);
  }, from);
  const key = await keyFromFile(from);
  await mkdir(join(from, 'workspace'));
  await writeFile(join(from, 'workspace', 'state.json'), '{}');
  const target = join(folder, 'copies', 'one');
  const { said } = await run('backup', target, from);
  made = { base: folder, data: from, copy: target, key, said };
});
afterAll(() => rm(made.base, { recursive: true }));

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'drawbridge-backup-'));
  data = join(base, 'data');
  copy = join(base, 'copy');
  await cp(made.data, data, { recursive: true });
  await cp(made.copy, copy, { recursive: true });
});
afterEach(() => rm(base, { recursive: true }));

/** Runs one of the two scripts as package.json has it. */
async function run(
  script: 'backup' | 'restore',
  folder: string,
  dataDir = data,
  env: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  const scripts = (JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> })
    .scripts;
  const [program, file = ''] = (scripts[script] ?? '').split(' ');
  expect(program).toBe('tsx');
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', file, folder],
      {
        env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...env },
      },
    );
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

async function withDatabase<T>(
  work: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
  dataDir = data,
): Promise<T> {
  const db = await openDatabase({ dataDir });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const teams = (dataDir = data) =>
  withDatabase(
    async (db) =>
      (await db.query<{ name: string }>(sql`select name from teams order by name`)).map((t) => t.name),
    dataDir,
  );

const tryRestore = () =>
  restore(data, copy).then(
    () => 'restored',
    (error: Error) => error.message,
  );

describe('npm run backup and npm run restore', () => {
  it('bring everything to another folder, with the key', async () => {
    expect(made.said).toContain(`Backed up to ${made.copy}, and read back`);
    expect(made.said).toContain('whoever has this folder can read all of it');
    expect((await stat(made.copy)).mode & 0o077).toBe(0);
    expect((await stat(join(made.copy, DUMP))).mode & 0o077).toBe(0);
    expect(await readdir(join(made.base, 'copies'))).toEqual(['one']);

    const other = join(base, 'other');
    const restored = await run('restore', copy, other);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.said).not.toContain('What was there before');
    expect(await keyFromFile(other)).toEqual(made.key);
    expect(existsSync(join(other, 'workspace', 'state.json'))).toBe(true);
    await withDatabase(async (db) => {
      expect(await migrate(db)).toBe(0);
      expect((await verifyAudit(db)).every(({ ok }) => ok)).toBe(true);
      expect(await db.query(sql`select name from teams`)).toEqual([{ name: 'Acme' }]);
    }, other);
  });

  it('put the old state back in its place, and keep what was there', async () => {
    await withDatabase((db) => seedTeam(db, 'Later', 'C0LATER'));
    const { before } = await restore(data, copy);
    expect(await teams()).toEqual(['Acme']);
    expect((await readdir(before ?? '')).sort()).toEqual(['database', 'encryption.key', 'workspace']);
    await rename(before ?? '', join(base, 'kept'));
    expect(await teams(join(base, 'kept'))).toEqual(['Acme', 'Later']);
  });

  it('are refused while a process holds the folder, and change nothing', async () => {
    const lock = await lockFolder(data);
    try {
      const second = join(base, 'second');
      for (const [script, folder] of [
        ['backup', second],
        ['restore', copy],
      ] as const) {
        const { code, said } = await run(script, folder);
        expect(code).toBe(1);
        expect(said).toContain('stop it first');
      }
      expect(existsSync(second)).toBe(false);
      expect((await readdir(data)).filter((name) => name.includes('restore'))).toEqual([]);
    } finally {
      await lock.release();
    }
  });

  it('refuse what is damaged, incomplete, no backup, or there already', async () => {
    const again = backUp(data, copy, { now: new Date(), log });
    await expect(again).rejects.toThrow('is there already');
    const nothing = join(base, 'nothing');
    await expect(backUp(nothing, join(base, 'x'), { now: new Date(), log })).rejects.toThrow(
      'There is no database',
    );
    await expect(restore(data, nothing)).rejects.toThrow('is no backup of Drawbridge');

    const dump = await readFile(join(copy, DUMP));
    const damaged = Buffer.from(dump);
    damaged[5000] = (damaged[5000] ?? 0) ^ 1;
    await writeFile(join(copy, DUMP), damaged);
    expect(await tryRestore()).toContain('missing or damaged');
    await writeFile(join(copy, DUMP), dump);
    await rm(join(copy, 'encryption.key'));
    expect(await tryRestore()).toContain('encryption.key is missing or damaged');
    expect((await readdir(data)).sort()).toEqual(['database', 'encryption.key', 'workspace']);
  });

  it('refuse a list that names a file elsewhere, or another count of rows', async () => {
    const path = join(copy, 'backup.json');
    const list = JSON.parse(await readFile(path, 'utf8')) as BackupList;
    await writeFile(path, JSON.stringify({ ...list, files: { ...list.files, '../../etc/passwd': 'x' } }));
    expect(await tryRestore()).toContain('is no backup');
    await writeFile(path, JSON.stringify({ ...list, rows: { ...list.rows, 'public.teams': 7 } }));
    expect(await tryRestore()).toContain('public.teams has 1 rows in place of 7');
  });

  it('refuse a server, which has tools of its own', async () => {
    const env = {
      DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z',
      ENCRYPTION_KEY: 'a'.repeat(64),
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 'b'.repeat(32),
    };
    expect((await run('backup', join(base, 'x'), data, env)).said).toContain('pg_dump');
    expect((await run('restore', copy, data, env)).said).toContain('pg_restore');
  });

  it('a restore that was killed between its moves is ended by the next start', async () => {
    const restored = join(base, 'other');
    await cp(data, restored, { recursive: true });
    await withDatabase((db) => seedTeam(db, 'Later', 'C0LATER'));
    // As it lies when the process died after the old database had made room and before the new one took its place.
    await mkdir(join(data, READY));
    await rename(join(data, 'database'), join(base, 'before'));
    await rename(join(restored, 'database'), join(data, READY, 'database'));
    expect(await teams()).toEqual(['Acme']);
    expect(existsSync(join(data, READY))).toBe(false);
  });
});
