import { hash, verify } from '@node-rs/argon2';
import { strings } from '../words/pages.ts';
import { commonPassword } from './common-passwords.ts';

const words = strings.password;

/** Characters, counted as people see them (code points). */
export const PASSWORD_LENGTH = { min: 12, max: 128 };

export type NewPassword =
  | { ok: true }
  | { ok: false; problem: 'too-short' | 'too-long' | 'common' | 'personal'; words: string };

/** OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane. The version is in every hash, so it can rise. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Checked against when nobody has the address, so that both cases take the same time. */
let nobody: Promise<string> | undefined;

/**
 * Says whether a password may be chosen: by length and by being common or about the person, and by no other rule
 * (NIST SP 800-63B 5.1.1.2).
 * @param password what was typed
 * @param about words that belong to the person: address, names
 * @returns whether; if not, one sentence that says why and what to do
 */
export function judgeNewPassword(password: string, about: readonly string[] = []): NewPassword {
  const characters = [...normalized(password)].length;
  if (characters < PASSWORD_LENGTH.min) {
    return { ok: false, problem: 'too-short', words: words['too-short'](PASSWORD_LENGTH.min) };
  }
  if (characters > PASSWORD_LENGTH.max) {
    return { ok: false, problem: 'too-long', words: words['too-long'](PASSWORD_LENGTH.max) };
  }
  if (commonPassword(normalized(password))) {
    return { ok: false, problem: 'common', words: words.common };
  }
  if (isAbout(normalized(password), about)) {
    return { ok: false, problem: 'personal', words: words.personal };
  }
  return { ok: true };
}

/**
 * @param password one that `judgeNewPassword` let through
 * @returns its argon2id hash with salt and cost, to be stored
 */
export function hashPassword(password: string): Promise<string> {
  return hash(normalized(password), COST);
}

/**
 * Checks a password at sign-in, in the same time whether there is somebody or not.
 * @param stored the stored hash; null for somebody without a password and for nobody
 * @param password what was typed; anything longer than a password can be is wrong without being hashed
 * @returns whether it is right
 */
export async function checkPassword(stored: string | null, password: string): Promise<boolean> {
  nobody ??= hash('nobody has this password', COST);
  const typed = normalized(password.slice(0, PASSWORD_LENGTH.max * 4));
  const right = await verify(stored ?? (await nobody), typed);
  return right && stored !== null;
}

/** The same letters typed on another keyboard or system are the same password. */
function normalized(password: string): string {
  return password.normalize('NFKC');
}

/** Whether little is left once the person's own words are taken out. */
function isAbout(password: string, about: readonly string[]): boolean {
  const parts = about
    .flatMap((words) => words.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((part) => part.length >= 4);
  const left = parts.reduce((rest, part) => rest.replaceAll(part, ''), password.toLowerCase());
  return left.length < password.length && left.replace(/[^\p{L}]/gu, '').length < 4;
}
