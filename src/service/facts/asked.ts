import type { Question } from './question.ts';

/**
 * Which parts of a question are asked. What is not asked for is left out of the statement, since even a part that
 * finds nothing has to be set up by the server each time. A request may name anything.
 */
export interface Asked {
  request: boolean;
  /** A name was typed. */
  typed: boolean;
  domains: boolean;
  connection: boolean;
  otherTeam: boolean;
  names: boolean;
  email: boolean;
  people: boolean;
  rescue: boolean;
  /** The team is given by its id: nothing has to be found out from names, rows or the channel. */
  placed: boolean;
  /** All connections of the team, rather than those that the named domains are linked to. */
  connections: boolean;
  /** All teams of the workspace, also when it is known which one is meant. */
  workspaceTeams: boolean;
  doubts: boolean;
}

/** @returns which parts of the question are asked */
export function asked(q: Question): Asked {
  const request = q.requestId !== undefined;
  const typed = q.domainName !== undefined || q.connectionName !== undefined;
  return {
    request,
    typed,
    domains: request || q.domainName !== undefined || (q.domainIds?.length ?? 0) > 0,
    connection: request || typed || q.connectionId !== undefined,
    otherTeam: request || q.otherTeamName !== undefined || q.otherTeamId !== undefined,
    names: request || (q.names?.length ?? 0) > 0,
    email: request || q.email !== undefined,
    people: request || (q.people?.length ?? 0) > 0,
    rescue: q.mayRescue === true,
    placed: !request && q.teamId !== undefined,
    connections: !q.without?.includes('connections'),
    workspaceTeams: !q.without?.includes('workspaceTeams'),
    doubts: !q.without?.includes('doubts'),
  };
}
