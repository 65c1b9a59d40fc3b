import { z } from 'zod';
import { hasUnseen, plainWords } from '../../identity/words.ts';
import type { ConnectionFact } from '../../service/facts/facts.ts';

/** A connection's longest name (contract), in characters as PostgreSQL counts them. */
const LONGEST = 60;

/**
 * A connection's name out of what a person typed: 1 to 60 characters, spaces allowed and made single.
 * Characters that cannot be seen are refused, since two names would look the same.
 */
export const connectionNameSchema = z
  .string()
  .nullish()
  .transform((typed) =>
    plainWords(typed ?? '')
      .normalize('NFC')
      .replace(/[\s\u00a0]+/g, ' '),
  )
  .refine((name) => [...name].length <= LONGEST, `Use ${LONGEST} characters at most.`)
  .refine((name) => !hasUnseen(name), 'It holds characters that cannot be seen. Type it by hand.');

/**
 * @param connections the team's connections
 * @param name a name
 * @param but the id of a connection that may have it
 * @returns the connection that has the name already, ignoring case
 */
export function holderOf(
  connections: readonly ConnectionFact[],
  name: string,
  but?: string,
): ConnectionFact | undefined {
  const key = name.toLowerCase();
  return connections.find((one) => one.id !== but && one.name.toLowerCase() === key);
}

/** @returns that another connection of the team has the name */
export function takenWords(name: string): string {
  return `The team has a connection called ${name} already. Give this one another name.`;
}
