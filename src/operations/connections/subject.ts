import type { ConnectionFact, Facts } from '../../service/facts/facts.ts';

/**
 * @param facts what was read
 * @returns the connection in question
 * @throws Error when there is none: a bug, since the service asks for a connection that is not named
 */
export function theConnection(facts: Facts): ConnectionFact {
  if (!facts.connection) throw new Error('the connection is not among the facts');
  return facts.connection;
}

/** @returns the arguments of a button that stays with the team in question */
export function teamArgs(facts: Facts): { team?: string } {
  return facts.team ? { team: facts.team.id } : {};
}
