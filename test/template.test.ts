import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../db/client.ts';
import { embeddedDatabase } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { templateFolder } from '../db/template.ts';

let place: string;
let template: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'drawbridge-template-'));
  template = join(place, 'template');
  await mkdir(template);
  const db = await embeddedDatabase({ folder: template });
  await migrate(db);
  await db.close();
});
afterAll(() => rm(place, { recursive: true, force: true }));

it('begins a new database from the template, with nothing left to migrate, and leaves the template as it was', async () => {
  for (const dataDir of [join(place, 'one'), join(place, 'two')]) {
    const db = await openDatabase({ dataDir, template });
    expect(await migrate(db)).toBe(0);
    expect(await db.query(sql`select count(*) as n from installation`)).toEqual([{ n: 0 }]);
    await db.query(sql`insert into installation (key, value) values ('made-by', ${basename(dataDir)}::text)`);
    await db.close();
  }
});

it('never puts the template in place of a database that is there', async () => {
  const db = await openDatabase({ dataDir: join(place, 'one'), template });
  expect(await db.query(sql`select value from installation`)).toEqual([{ value: 'one' }]);
  await db.close();
});

it('is found by migrations and engine, so that one of others is not', async () => {
  const folder = join(place, 'migrations');
  await mkdir(folder);
  await writeFile(join(folder, '0000_a.sql'), 'create table a ()');
  const before = await templateFolder(folder);
  expect(await templateFolder(folder)).toBe(before);
  await writeFile(join(folder, '0000_a.sql'), 'create table b ()');
  expect(await templateFolder(folder)).not.toBe(before);
  expect(await templateFolder()).not.toBe(before);
});
