import * as argon2 from '@node-rs/argon2';
import { describe, expect, it, vi } from 'vitest';
import { checkPassword, hashPassword, judgeNewPassword } from '../../src/identity/passwords.ts';
import { leastCpu } from './attacks/least-cpu.ts';

// The library itself, watched.
vi.mock('@node-rs/argon2', async (load) => {
  const library = await load<typeof argon2>();
  return { ...library, verify: vi.fn(library.verify) };
});

describe('judgeNewPassword', () => {
  it.each([
    'tulip ladder quiet moss',
    'correct horse battery stapler',
    'Vx8!kq0Zr2#m',
    'mein Hund frisst gern Spinat',
    'пароль из трёх слов',
    '猫は屋根の上で静かに眠っている',
    'q7w1e9r3t5y8u2',
    `${'x'.repeat(3) + 'Tm4'.repeat(2)}pelican`,
    `${'ab cd ef '.repeat(14)}zq`,
  ])('lets %s through', (password) => {
    expect(judgeNewPassword(password)).toEqual({ ok: true });
  });

  it.each([
    ['short', 'too-short'],
    ['elevenchars', 'too-short'],
    ['👍👍👍👍👍👍', 'too-short'],
    ['x1'.repeat(70), 'too-long'],
    ['aaaaaaaaaaaa', 'common'],
    ['123456789012', 'common'],
    ['210987654321', 'common'],
    ['abcdefghijkl', 'common'],
    ['abcabcabcabc', 'common'],
    ['qwertyuiop123', 'common'],
    ['1qaz2wsx3edc', 'common'],
    ['Password12345!', 'common'],
    ['P@ssw0rd2024!', 'common'],
    ['passwordpassword', 'common'],
    ['Welcome2Company', 'common'],
    ['iloveyou123456', 'common'],
    ['Summer2026!!!!', 'common'],
    ['AdminAdmin123', 'common'],
    ['letmein-please', 'common'],
    ['correcthorsebatterystaple', 'common'],
    ['drawbridge2026', 'common'],
    ['2024-2024-2024', 'common'],
  ])('refuses %s: %s', (password, problem) => {
    const judged = judgeNewPassword(password);
    expect(judged).toMatchObject({ ok: false, problem });
    if (!judged.ok) expect(judged.words).toMatch(/^.{20,}\.$/);
  });

  it('refuses the person’s own words', () => {
    const about = ['anna.lindqvist@globex.example', 'Anna', 'Lindqvist'];
    expect(judgeNewPassword('Lindqvist2026!', about)).toMatchObject({ problem: 'personal' });
    expect(judgeNewPassword('anna.lindqvist@globex', about)).toMatchObject({ problem: 'personal' });
    expect(judgeNewPassword('Lindqvist eats pelicans', about)).toEqual({ ok: true });
  });

  it('answers at once, whatever is typed', async () => {
    const cost = await leastCpu(async () => {
      for (const hostile of ['iloveyou'.repeat(15), 'aaaaaaaaab'.repeat(12), 'thei'.repeat(31)])
        judgeNewPassword(hostile);
      judgeNewPassword('x'.repeat(1_000_000));
    }, 3);
    expect(cost).toBeLessThan(500);
  });
});

describe('a stored password', () => {
  it('is argon2id with its own salt, and is recognized', async () => {
    const [one, two] = await Promise.all([
      hashPassword('tulip ladder quiet'),
      hashPassword('tulip ladder quiet'),
    ]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await checkPassword(one, 'tulip ladder quiet')).toBe(true);
    expect(await checkPassword(one, 'tulip ladder quiet ')).toBe(false);
    expect(await checkPassword(one, 'Tulip ladder quiet')).toBe(false);
  });

  it('is the same however the keyboard composes its letters', async () => {
    const stored = await hashPassword('Caf\u00e9 au lait 1999');
    expect(await checkPassword(stored, 'Cafe\u0301 au lait 1999')).toBe(true);
  });

  it('does the same work to miss as to compare with nobody: one verification of the same cost', async () => {
    const verify = vi.mocked(argon2.verify);
    const work = async (stored: string | null) => {
      verify.mockClear();
      expect(await checkPassword(stored, 'something else')).toBe(false);
      return verify.mock.calls.map(([hash, typed]) => [String(hash).replace(/p=1\$.*/, 'p=1'), typed]);
    };
    const known = await work(await hashPassword('tulip ladder quiet'));
    expect(known).toEqual([['$argon2id$v=19$m=19456,t=2,p=1', 'something else']]);
    expect(await work(null)).toEqual(known);
    expect(await checkPassword(null, 'nobody has this password')).toBe(false);
  });
});
