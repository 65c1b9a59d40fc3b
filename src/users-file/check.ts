import { setImmediate } from 'node:timers/promises';
import { parseEmail } from '../identity/email.ts';
import { hasUnseen, quotable } from '../identity/words.ts';
import type { WrittenRow } from './read.ts';

/** A user to be imported; `email` is the key by which accounts are found. */
export interface UserRow {
  email: string;
  firstName: string;
  lastName: string;
}

/** All rows or none: the users, or what is wrong with each bad row, in the order of the file. */
export type Checked = { ok: true; users: UserRow[] } | { ok: false; problems: RowProblem[] };

export interface RowProblem {
  row: WrittenRow;
  words: string;
}

const LONGEST_NAME = 100;
/** Rows checked before other work gets its turn. */
const AT_ONCE = 2000;

/**
 * Checks every row: an address of exactly this domain, both names, nobody twice.
 * @param rows the rows as written
 * @param domain the domain's name in ASCII
 * @returns the users in the order of the file, or what is wrong
 */
export async function checkRows(rows: WrittenRow[], domain: string): Promise<Checked> {
  const users: UserRow[] = [];
  const problems: RowProblem[] = [];
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    if (index % AT_ONCE === 0) await setImmediate();
    const user = checkRow(row, domain, seen);
    if (typeof user !== 'string') {
      seen.set(user.email, row.line);
      users.push(user);
      continue;
    }
    problems.push({ row, words: user });
  }
  return problems.length === 0 ? { ok: true, users } : { ok: false, problems };
}

/** @returns the user, or what is wrong */
function checkRow(row: WrittenRow, domain: string, seen: Map<string, number>): UserRow | string {
  const email = parseEmail(row.email);
  if (!email.ok) return email.words;
  if (email.domain !== domain) return `“${quotable(email.address)}” is not an address of ${domain}.`;
  const before = seen.get(email.key);
  if (before !== undefined) return `“${quotable(email.address)}” is in line ${before} already.`;
  const problem = nameProblem('first name', row.firstName) ?? nameProblem('last name', row.lastName);
  return problem ?? { email: email.key, firstName: row.firstName, lastName: row.lastName };
}

function nameProblem(which: string, name: string): string | null {
  if (name === '') return `The ${which} is missing.`;
  if ([...name].length > LONGEST_NAME) return `The ${which} is longer than ${LONGEST_NAME} characters.`;
  if (hasUnseen(name)) return `The ${which} “${quotable(name)}” holds characters that cannot be seen.`;
  return null;
}
