import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';
import { migrate } from '../../db/migrate.ts';
import { appendAudit } from '../../src/service/audit.ts';
import { startChild } from '../support/child.ts';
import { ask } from '../support/control.ts';
import { testDatabase } from '../support/database.ts';
import { seedTeam } from '../support/seed.ts';

const NOW = new Date('2026-03-02T09:00:00Z');

async function seedTrail(db: Database): Promise<void> {
  const teamId = await seedTeam(db);
  const entry = (subjectName: string) => ({
    teamId,
    actor: 'U0ADMIN',
    kind: 'domain.add',
    outcome: 'Done',
    subjectName,
    detail: { act: `Add ${subjectName}` },
  });
  await db.query(appendAudit(['a.test', 'b.test', 'c.test'].map(entry), NOW));
}

/** As somebody who may write everywhere does it. */
async function tamper(db: Database): Promise<void> {
  await db.query(sql`alter table audit disable trigger user`);
  await db.query(sql`update audit set body = replace(body, 'b.test', 'x.test') where seq = 2`);
}

async function verify(env: Record<string, string>): Promise<{ code: number | null; words: string }> {
  const child = startChild('src/audit-verify.ts', [], { DATABASE_URL: '', DATA_DIR: '', ...env });
  const code = await child.ended;
  return { code, words: child.lines.join('\n') };
}

describe('npm run audit:verify', () => {
  let base: string;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'drawbridge-audit-'));
  });
  afterAll(() => rm(base, { recursive: true }));

  it('proves the trail in the folder of a stopped bot, and names the first broken link', async () => {
    const dataDir = join(base, 'data');
    const open = async (work: (db: Database) => Promise<void>) => {
      const db = await openDatabase({ dataDir });
      await migrate(db);
      await work(db);
      await db.close();
    };
    await open(seedTrail);
    expect(await verify({ DATA_DIR: dataDir })).toEqual({
      code: 0,
      words: expect.stringMatching(/^Acme: 3 entries, whole; the head is [0-9a-f]{64}$/m),
    });
    await open(tamper);
    expect(await verify({ DATA_DIR: dataDir })).toEqual({
      code: 1,
      words: expect.stringMatching(/^Acme: BROKEN: entry 2 does not follow from the entry before it$/m),
    });
  }, 60_000);

  it('does so on a PostgreSQL server, with no other variable set', async () => {
    const db = await testDatabase('postgres');
    const [row] = await db.query<{ url: string }>(sql`select current_database() as url`);
    const url = new URL(await ask(inject('sharedDatabases')).serverUrl());
    url.pathname = `/${row?.url}`;
    await seedTrail(db);
    expect((await verify({ DATABASE_URL: url.href })).words).toContain('Acme: 3 entries, whole');
    await tamper(db);
    expect(await verify({ DATABASE_URL: url.href })).toMatchObject({
      code: 1,
      words: expect.stringContaining('BROKEN: entry 2'),
    });
    await db.close();
  }, 60_000);

  it('says where to look when there is no database, and makes none', async () => {
    const { code, words } = await verify({ DATA_DIR: join(base, 'empty') });
    expect(code).toBe(1);
    expect(words).toMatch(/^There is no database in .*empty: set DATA_DIR/m);
    expect(words).not.toMatch(/^\s+at /m);
    expect(await readdir(base)).not.toContain('empty');
  });
});
