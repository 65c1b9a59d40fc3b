import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../db/client.ts';
import { FolderOfAnotherVersion } from '../db/folder.ts';
import { type FolderLock, FolderLocked, lockFolder } from '../db/lock.ts';
import { type Child, startChild } from './support/child.ts';

let base: string;
let folder: string;
const children: Child[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'drawbridge-folder-'));
  folder = join(base, 'data');
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.kill('SIGKILL')));
  await rm(base, { recursive: true });
});

function child(name: 'hold-lock' | 'open-database', where = folder): Child {
  const started = startChild(`test/support/children/${name}.ts`, [where]);
  children.push(started);
  return started;
}

const sockets = async (where = folder) => (await readdir(where)).filter((name) => name.startsWith('lock-'));

describe('the lock of a folder', () => {
  it('keeps a second process out, by a message that says what to do', async () => {
    const first = child('hold-lock');
    await first.line(/^held/);
    const refusal = await child('hold-lock').line(/^refused/);
    expect(refusal).toBe(
      `refused: Another process (${first.process.pid}) uses the database in ${folder}: stop it first, or set DATA_DIR to another folder`,
    );
    await expect(lockFolder(folder)).rejects.toThrow(FolderLocked);
  });

  it('is free at once after kill -9, and its traces go', async () => {
    const first = child('hold-lock');
    await first.line(/^held/);
    await first.kill('SIGKILL');
    expect(await sockets()).toHaveLength(1);
    const lock = await lockFolder(folder);
    expect(await sockets()).toHaveLength(1);
    await lock.release();
    expect(await sockets()).toHaveLength(0);
  });

  it('keeps others out while its process is stopped or busy', async () => {
    const first = child('hold-lock');
    await first.line(/^held/);
    first.process.kill('SIGSTOP');
    await expect(lockFolder(folder)).rejects.toThrow(FolderLocked);
    first.process.kill('SIGCONT');
    await first.kill('SIGKILL');
    await (await lockFolder(folder)).release();
  });

  it('goes to exactly one of many starters, beside the traces of the dead', async () => {
    await mkdir(folder);
    for (let i = 0; i < 5; i++) {
      const dead = child('hold-lock');
      await dead.line(/^held/);
      await dead.kill('SIGKILL');
    }
    const starters = Array.from({ length: 5 }, () => child('hold-lock'));
    const said = await Promise.all(starters.map((starter) => starter.line(/^(held|refused)/)));
    expect(said.filter((line) => line.startsWith('held'))).toHaveLength(1);
    expect(await sockets()).toHaveLength(1);
  });

  it('goes to exactly one again and again, in the closest race', async () => {
    // In one process the steps of the starters interleave at every await.
    for (let round = 0; round < 30; round++) {
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const held = results.filter((result) => result.status === 'fulfilled');
      expect(held).toHaveLength(1);
      await (held[0] as PromiseFulfilledResult<FolderLock>).value.release();
    }
    expect(await sockets()).toHaveLength(0);
  });

  it('holds under a path longer than a socket may have', async () => {
    const deep = join(folder, 'a'.repeat(100), 'b'.repeat(100));
    const first = child('hold-lock', deep);
    await first.line(/^held/);
    await expect(lockFolder(deep)).rejects.toThrow(`(${first.process.pid})`);
    await first.kill('SIGKILL');
    const lock = await lockFolder(deep);
    expect(await sockets(deep)).toHaveLength(1);
    await lock.release();
    expect(await sockets(deep)).toHaveLength(0);
  });

  it('is the same by whatever way the folder is reached', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(join(base, '.', 'data', '..', 'data'))).rejects.toThrow(FolderLocked);
    await lock.release();
  });

  it('takes a silent socket for a holder, and what is no socket for nobody', async () => {
    await mkdir(folder);
    const left = join(folder, 'lock-77-0000000000000000.sock');
    await writeFile(left, 'a copy of a folder may have a file here');
    await (await lockFolder(folder)).release();
    expect(existsSync(left)).toBe(false);
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(left, resolve));
    await expect(lockFolder(folder)).rejects.toThrow('Another process (77) uses the database');
    silent.close();
  });

  it('says what to do about a folder that cannot be written to', async () => {
    await expect(lockFolder('/dev/null/data')).rejects.toThrow(/cannot be locked \(E\w+\): set DATA_DIR/);
  });
});

describe('the embedded database in a folder', () => {
  it('keeps what was committed when its process is killed, and opens again with nothing to clean up', async () => {
    let committed = 0;
    for (let round = 0; round < 3; round++) {
      const writer = child('open-database');
      await writer.line(new RegExp(`^committed ${committed + 20}$`));
      const refusal = await child('open-database').line(/^refused/);
      expect(refusal).toContain(`(${writer.process.pid})`);
      await writer.kill('SIGKILL');
      committed = Number(writer.lines.at(-1)?.match(/^committed (\d+)$/)?.[1]);
      expect(committed).toBeGreaterThanOrEqual(20);
    }
    const db = await openDatabase({ dataDir: folder });
    const [row] = await db.query<{ newest: number }>(sql`select max(n) as newest from note`);
    expect(row?.newest).toBeGreaterThanOrEqual(committed);
    await db.close();
  });

  it('begins anew after a kill while it was first made', async () => {
    const first = child('open-database');
    await expect.poll(() => existsSync(join(folder, 'database.unfinished')), { timeout: 20_000 }).toBe(true);
    await first.kill('SIGKILL');
    expect(existsSync(join(folder, 'database'))).toBe(false);
    const db = await openDatabase({ dataDir: folder });
    await expect(db.query(sql`select 1 as one`)).resolves.toEqual([{ one: 1 }]);
    await db.close();
    expect(await readdir(folder)).toEqual(['database']);
  });

  it('of another major version is left alone, with words on what to do', async () => {
    await mkdir(join(folder, 'database'), { recursive: true });
    await writeFile(join(folder, 'database', 'PG_VERSION'), '17\n');
    await expect(openDatabase({ dataDir: folder })).rejects.toThrow(FolderOfAnotherVersion);
    await expect(openDatabase({ dataDir: folder })).rejects.toThrow(
      /is of PostgreSQL 17, this release has 18 and has changed nothing.*start the release.*or move the folder away/,
    );
    expect(await readdir(join(folder, 'database'))).toEqual(['PG_VERSION']);
  });

  it('that is no database is left alone too', async () => {
    await mkdir(join(folder, 'database'), { recursive: true });
    await expect(openDatabase({ dataDir: folder })).rejects.toThrow(
      /PG_VERSION cannot be read \(ENOENT\).*move it away/,
    );
  });
});
