import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MIGRATIONS } from '../db/migrate.ts';

/** The migrations that databases out there have applied, with the hash of each file's text, in their order. */
const RELEASED = 'test/fixtures/releases/migrations.json';

const json = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T;

it('what was released stays as it is: to change something, add a migration', async () => {
  const released = Object.entries(await json<Record<string, string>>(RELEASED));
  const { entries } = await json<{ entries: { tag: string; when: number }[] }>(
    join(MIGRATIONS, 'meta', '_journal.json'),
  );
  expect(released.length).toBeGreaterThan(0);
  // In the same places, so that nothing was put in between or taken away; new ones come after them.
  expect(entries.slice(0, released.length).map(({ tag }) => tag)).toEqual(released.map(([tag]) => tag));
  for (const [tag, hash] of released) {
    const text = await readFile(join(MIGRATIONS, `${tag}.sql`));
    expect(createHash('sha256').update(text).digest('hex'), tag).toBe(hash);
  }
  // One that is not later than all before it would be skipped by databases that have those.
  for (const [n, { tag, when }] of entries.entries()) {
    expect(when, tag).toBeGreaterThan(entries[n - 1]?.when ?? 0);
  }
});
