import type { Guards } from './effects/write.ts';
import type { Facts } from './facts/facts.ts';

/**
 * What a write is guarded by. The team's own rows of names that an input gives are among it: an invitation rests on
 * the state of the address's domain.
 * @param facts what a decision was taken on
 * @returns the versions it rests on: the team (and with it every role), the domains, the connection in question and
 * those the domains are linked to, the request
 */
export function guardsOf(facts: Facts): Guards {
  const connections = [...facts.linked, ...(facts.connection ? [facts.connection] : [])];
  return {
    teams: [facts.team, facts.otherTeam].filter((team) => team !== null).map(versioned),
    domains: [...facts.domains, ...facts.names.flatMap(({ own }) => own ?? [])].map(versioned),
    connections: connections.map(versioned),
    requests: facts.request ? [versioned(facts.request)] : [],
  };
}

function versioned({ id, version }: { id: string; version: number }) {
  return { id, version };
}
