import type { Queryable } from '../../../db/client.ts';
import type { Facts, TeamSummary } from './facts.ts';
import type { Beyond, Question } from './question.ts';
import { reviveMoments } from './revive.ts';
import { factsStatement } from './statement.ts';

/** What this installation says of itself in facts. */
export type Installation = Facts['installation'];

/** Facts, and what the resolution of names left open. `person` is null when Slack was never asked about them. */
export interface FactsRead extends Omit<Facts, 'person'> {
  person: Facts['person'] | null;
  /** Teams of the person's that have the typed name, when nothing says which is meant. */
  nameTeams: string[];
  /** Teams without admins, as far as the asker may give them new ones by what they ask for. */
  forsaken: TeamSummary[];
}

/**
 * Reads everything a decision rests on, in one round trip.
 * @param db where from
 * @param question who asks and which rows they name
 * @param now the present moment
 * @param installation the installation's own facts
 * @throws DatabaseUnavailable
 */
export async function readFacts(
  db: Queryable,
  question: Question,
  now: Date,
  installation: Installation,
): Promise<FactsRead> {
  const [row] = await db.query<
    Omit<FactsRead, 'now' | 'workspaceId' | 'installation' | 'domain' | 'unknown' | 'linked'>
  >(factsStatement(question));
  if (!row) throw new Error('the facts statement always gives one row');
  const read = reviveMoments(row);
  return {
    ...read,
    now,
    workspaceId: question.workspaceId,
    installation,
    domain: read.domains[0] ?? null,
    linked: read.connections.filter(({ id }) => read.domains.some((d) => d.connectionId === id)),
    connections: question.without?.includes('connections') ? unread('connections') : read.connections,
    workspaceTeams: read.workspaceTeams ?? unread('workspaceTeams'),
    unknown: null,
  };
}

/** In place of what was not read: a decision that looks at it all the same must not take it for an empty list. */
function unread(part: Beyond): never[] {
  return new Proxy([], {
    get(_list, name) {
      // Facts are written down as JSON, which is no decision.
      if (name === 'toJSON') return () => [];
      throw new Error(`${part} were not read: the operation has to name them in \`looksAt\``);
    },
  });
}
