import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonFile } from '../../src/workspace/local/json-file.ts';

let path: string;
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'drawbridge-json-')), 'value.json');
});
afterAll(() => rm(dirname(path), { recursive: true, force: true }));

it('says that it could not be kept, and keeps what comes later', async () => {
  const file = await jsonFile(path, { times: 0 });
  await rm(dirname(path), { recursive: true });
  file.value = { times: 1 };
  await expect(file.save()).rejects.toThrow('ENOENT');
  const again = await jsonFile(path, { times: 0 });
  expect(again.value).toEqual({ times: 0 });
  file.value = { times: 2 };
  await file.save();
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ times: 2 });
});
