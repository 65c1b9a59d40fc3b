import type { ConnectionFact, DeletionFact, DomainFact, Facts, TeamFact } from '../../service/facts/facts.ts';

/**
 * @param facts what was read
 * @returns the team in question
 * @throws Error when there is none: a bug, since nobody has a right in no team
 */
export function teamOf(facts: Facts): TeamFact {
  if (!facts.team) throw new Error('the team is not among the facts');
  return facts.team;
}

/**
 * @param facts what was read
 * @returns the domain in question
 * @throws Error when there is none: a bug, since preparing an input refuses it
 */
export function domainOf(facts: Facts): DomainFact {
  if (!facts.domain) throw new Error('the domain is not among the facts');
  return facts.domain;
}

/**
 * @param facts what was read
 * @returns the deletion of the domain in question
 * @throws Error when there is none: a bug, since `beingDeleted` refuses it
 */
export function deletionOf(facts: Facts): DeletionFact {
  const { deletion } = domainOf(facts);
  if (!deletion) throw new Error('the deletion is not among the facts');
  return deletion;
}

/**
 * @param facts what was read, with the team's connections
 * @param id a connection's id, or null
 * @returns the connection, if it is one of the team
 */
export function connectionById(facts: Facts, id: string | null | undefined): ConnectionFact | null {
  if (!id) return null;
  const all = facts.connection ? [...facts.connections, facts.connection] : facts.connections;
  return all.find((connection) => connection.id === id) ?? null;
}

/**
 * @param facts what was read
 * @param domain one of the named domains
 * @returns the connection it is linked to, if any
 */
export function connectionOf(facts: Facts, domain: DomainFact): ConnectionFact | null {
  const { connectionId } = domain;
  if (connectionId === null) return null;
  if (facts.connection?.id === connectionId) return facts.connection;
  return facts.linked.find(({ id }) => id === connectionId) ?? null;
}

/**
 * @param facts what was read
 * @param domain a linked domain
 * @returns the name of its connection
 */
export function connectionName(facts: Facts, domain: DomainFact): string {
  return connectionOf(facts, domain)?.name ?? 'a connection';
}
