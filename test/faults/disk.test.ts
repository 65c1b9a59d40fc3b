import { execFileSync } from 'node:child_process';
import { mkdtempSync, openAsBlob, rmdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../db/client.ts';
import { embeddedDatabase } from '../../db/embedded.ts';
import { ROOM_NEEDED } from '../../db/room.ts';
import { type Child, startChild } from '../support/child.ts';
import { ask } from '../support/control.ts';

const MB = 1024 * 1024;
/** A fresh database takes some 40 MB, and the log grows by 16 at a time. */
const DISK_MB = 190;

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' });
const disk = mkdtempSync(join(tmpdir(), 'drawbridge-disk-'));

/** A disk of our own, which only a machine's owner may make (as root; a container needs CAP_SYS_ADMIN). */
function mounted(): boolean {
  try {
    mount('-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'none', disk);
    return true;
  } catch {
    // Without it the tests below are left out by name; the first group runs everywhere.
    return false;
  }
}
const hasDisk = mounted();
afterAll(() => {
  if (hasDisk) execFileSync('umount', [disk]);
  rmdirSync(disk);
});

describe('an embedded database whose disk has no room', () => {
  it('only reads, says so, and takes changes again when there is room', async () => {
    let enough = true;
    const dump = await openAsBlob(await ask(inject('sharedDatabases')).embeddedDump());
    const db = await embeddedDatabase({ dump, room: { enough: async () => enough } });
    await db.transaction((tx) => tx.script('create table note (n int)'));
    await db.query(sql`insert into note values (1)`);
    enough = false;
    await expect(db.query(sql`insert into note values (2)`)).rejects.toMatchObject({
      name: 'DatabaseUnavailable',
      code: '25006',
    });
    await expect(db.transaction((tx) => tx.query(sql`insert into note values (3)`))).rejects.toMatchObject({
      name: 'DatabaseUnavailable',
      code: '53100',
    });
    await expect(db.query(sql`select n from note`)).resolves.toEqual([{ n: 1 }]);
    enough = true;
    await db.query(sql`insert into note values (4)`);
    // A transaction that fills the disk is undone as a whole.
    const half = db.transaction(async (tx) => {
      await tx.query(sql`insert into note values (5)`);
      enough = false;
      await tx.query(sql`insert into note values (6)`);
    });
    await expect(half).rejects.toMatchObject({ code: '53100' });
    await expect(db.query(sql`select n from note order by n`)).resolves.toEqual([{ n: 1 }, { n: 4 }]);
    await db.close();
  });
});

describe.runIf(hasDisk)('a real disk of some megabytes', () => {
  const dataDir = join(disk, 'data');
  const fill = (how: string): Child => startChild('test/support/children/fill-disk.ts', [dataDir, how]);
  const saved = ({ lines }: Child): number =>
    Number(/saved (\d+)/.exec(lines.findLast((line) => line.startsWith('saved')) ?? '')?.[1]);
  let last = 0;

  beforeAll(async () => {
    const db = await openDatabase({ dataDir });
    await db.close();
  });

  const rows = async () => {
    const db = await openDatabase({ dataDir });
    const [row] = await db.query<{ n: number; m: number }>(sql`select count(*) as n, max(n) as m from note`);
    await db.close();
    return row;
  };

  it('that fills up: nothing more is saved, people can look, and it goes on when there is room', async () => {
    const child = fill('slowly');
    await child.line(/^now free some/);
    expect(child.lines).toContainEqual(expect.stringMatching(/^end: DatabaseUnavailable 25006/));
    expect(child.lines).toContainEqual(expect.stringMatching(/^again: DatabaseUnavailable 25006/));
    expect(child.lines).toContain(`read ${saved(child)}`);
    expect(child.lines.filter((line) => line.includes('nothing is saved until'))).toHaveLength(1);
    mount('-o', `remount,size=${DISK_MB + 64}m`, disk);
    expect(await child.ended).toBe(0);
    expect(child.lines.filter((line) => line.includes('saved as before'))).toHaveLength(1);
    last = saved(child);
    expect(await rows()).toEqual({ n: last, m: last });
  });

  it('that is full from one moment to the next: the process says what to do and ends, with all that was saved', async () => {
    const child = fill('at once');
    expect(await child.ended).toBe(1);
    expect(child.lines).toContainEqual(expect.stringMatching(/^end: DatabaseUnavailable 53100/));
    expect(child.lines).toContainEqual(expect.stringMatching(/^after: DatabaseUnavailable 57P02/));
    expect(child.lines.join('\n')).toContain('Make room on the disk; the next start goes on');
    // While it is full, a start says so and touches nothing.
    const again = fill('slowly');
    expect(await again.ended).toBe(1);
    expect(again.lines.join('\n')).toMatch(/refused: The disk of .* is full: \d+ MB are free/);
    await rm(join(dataDir, 'filler'));
    expect(await rows()).toEqual({ n: last, m: last });
  });

  it('that has no room for a new database: a start says so, and leaves nothing half made', async () => {
    await rm(dataDir, { recursive: true });
    await writeFile(join(disk, 'filler'), Buffer.alloc((DISK_MB + 64) * MB - ROOM_NEEDED + 8 * MB));
    await expect(openDatabase({ dataDir })).rejects.toThrow(/is full: \d+ MB are free and 64 MB are needed/);
    await rm(join(disk, 'filler'));
    const db = await openDatabase({ dataDir });
    await expect(db.query(sql`select 1 as n`)).resolves.toEqual([{ n: 1 }]);
    await db.close();
  });
});
