import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeyFileError, keyFromFile, SealBroken, secrets } from '../src/secrets.ts';

const key = randomBytes(32);
const { seal, open, sign, verify } = secrets(key);

describe('a sealed text', () => {
  it.each(['', 'xoxb-1', 'ünïcödé 💥', 'x'.repeat(100_000)])('opens to what it was', (text) => {
    expect(open(seal(text, 'token'), 'token')).toBe(text);
  });

  it('is another one each time, says its form, and shows nothing', () => {
    const sealed = seal('secret words', 'token');
    expect(sealed).toMatch(/^v1\.[\w-]+$/);
    expect(seal('secret words', 'token')).not.toBe(sealed);
    expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('secret');
  });

  it('opens under its own purpose and key only', () => {
    const sealed = seal('secret', 'slack-token:T1');
    expect(() => open(sealed, 'slack-token:T2')).toThrow(SealBroken);
    expect(() => secrets(randomBytes(32)).open(sealed, 'slack-token:T1')).toThrow(SealBroken);
  });

  it('does not open when any byte of it was changed', () => {
    const bytes = Buffer.from(seal('secret', 'p').slice(3), 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => open(`v1.${changed.toString('base64url')}`, 'p')).toThrow(SealBroken);
    }
  });

  it.each(['', 'v1.', 'v1.AAAA', 'v2.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'plain text'])(
    'is not %j',
    (text) => {
      expect(() => open(text, 'p')).toThrow(SealBroken);
    },
  );
});

describe('a signed value', () => {
  it('is readable and comes back', () => {
    const signed = sign('user.7', 'session');
    expect(signed).toMatch(/^user\.7\.[\w-]{43}$/);
    expect(verify(signed, 'session')).toBe('user.7');
  });

  it.each([
    ['another value', sign('7', 'session').replace('7', '8'), 'session'],
    ['another purpose', sign('7', 'session'), 'csrf'],
    ['a purpose that runs into the value', sign('n7', 'sessio'), 'session'],
    ['another key', secrets(randomBytes(32)).sign('7', 'session'), 'session'],
    ['no signature', '7', 'session'],
    ['an empty signature', '7.', 'session'],
    ['a longer signature', `${sign('7', 'session')}A`, 'session'],
    ['nothing', '', 'session'],
  ])('is refused with %s', (_, signed, purpose) => {
    expect(verify(signed, purpose)).toBeUndefined();
  });
});

it('refuses a key of another length', () => {
  expect(() => secrets(randomBytes(16))).toThrow(RangeError);
});

describe('the key file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'drawbridge-key-')), 'data');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  it('is made at the first start for its owner alone, and read at the next', async () => {
    const first = await keyFromFile(folder);
    expect(first).toHaveLength(32);
    const path = join(folder, 'encryption.key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe(`${first.toString('hex')}\n`);
    expect(await readdir(folder)).toEqual(['encryption.key']);
    expect(await keyFromFile(folder)).toEqual(first);
  });

  it('is one, whoever starts at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => keyFromFile(folder)));
    expect(new Set(keys.map((each) => each.toString('hex'))).size).toBe(1);
    expect(await readdir(folder)).toEqual(['encryption.key']);
  });

  it('is refused when others may read it, or when it holds no key', async () => {
    await keyFromFile(folder);
    const path = join(folder, 'encryption.key');
    await chmod(path, 0o644);
    await expect(keyFromFile(folder)).rejects.toThrow(`chmod 600 ${path}`);
    await chmod(path, 0o600);
    await writeFile(path, 'not a key');
    await expect(keyFromFile(folder)).rejects.toThrow(KeyFileError);
  });

  it('says so when it cannot be made', async () => {
    await expect(keyFromFile('/dev/null/data')).rejects.toThrow(/cannot be read or made \(ENOTDIR\)/);
  });
});
