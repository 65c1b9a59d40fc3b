import { parseDomainName } from '../../identity/domain-name.ts';
import { plainWords, unquoted } from '../../identity/words.ts';
import type { Facts } from '../../service/facts/facts.ts';

/**
 * The name whose history is asked for, as the trail has it: a connection's in its own case, a domain's in ASCII.
 * @param facts the team's connections
 * @param words what was typed
 * @returns the name, or null for all
 */
export function nameMeant(facts: Pick<Facts, 'connections'>, words: string | undefined): string | null {
  const typed = unquoted(plainWords(words ?? ''));
  if (typed === '') return null;
  const connection = facts.connections.find(({ name }) => name.toLowerCase() === typed.toLowerCase());
  if (connection) return connection.name;
  const domain = parseDomainName(typed);
  return domain.ok ? domain.name : typed.replaceAll('\0', '');
}
