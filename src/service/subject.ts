import { type SQL, sql } from 'drizzle-orm';
import { distance } from 'fastest-levenshtein';
import { parseDomainName } from '../identity/domain-name.ts';
import { plainWords, quotable } from '../identity/words.ts';
import type { Operation, Reading, Refusal } from '../operations/operation.ts';
import type { Step } from '../words/document.ts';
import type { Context } from './context.ts';
import type { Facts } from './facts/facts.ts';
import type { Opening, Reference } from './service.ts';
import { named } from './understand.ts';

type What = Pick<Operation | Reading, 'subject' | 'kind' | 'type' | 'second' | 'title'> & {
  immediate?: boolean;
};
type ChooseSubject = Extract<Opening, { type: 'chooseSubject' }>;

/** @returns that a domain or connection must be chosen first, or null */
export function needsSubject(what: What, facts: Facts): ChooseSubject | null {
  const { subject } = what;
  const missing =
    (subject === 'domain' && !facts.domain) ||
    (subject === 'connection' && !facts.connection) ||
    (subject === 'domainOrConnection' && !facts.domain && !facts.connection);
  return missing ? { type: 'chooseSubject', subject: subject as ChooseSubject['subject'], facts } : null;
}

/**
 * When words were typed that name nothing here: says so and offers the nearest names. This is the only place with a
 * second read, and nothing is changed on it.
 * @returns a refusal, or null when there were no words or they named something
 */
export async function unknownName(
  context: Context,
  what: What,
  facts: Facts,
  reference: Reference,
): Promise<{ type: 'refused'; refusal: Refusal } | null> {
  const words = plainWords(reference.words ?? '').trim();
  if (words === '') return null;
  const asked = named(what.subject, words);
  if (needsSubject(what, facts) === null) return unknownSecond(what, facts, asked);
  const typed = asked.domainName ?? asked.connectionName ?? words;
  const near = await nearest(context, what.subject, facts, typed.toLowerCase());
  const [best] = near;
  const problem =
    what.subject === 'domain' && !asked.domainName ? parseDomainName(words.split(/\s+/)[0] ?? '') : null;
  const cause =
    problem && !problem.ok && near.length === 0
      ? problem.words
      : `${quotable(typed)} is not known here.${best ? ` Did you mean ${best.name}?` : ''}`;
  const steps = near.map(({ kind, id, name }) => ({
    label: name,
    go: goOf(what),
    kind: what.kind,
    args: kind === 'domain' ? { domain: id } : { connection: id },
  }));
  const add = { label: 'Add a domain', go: 'open' as const, kind: 'domain.add', args: {} };
  return {
    type: 'refused',
    refusal: {
      code: 'unknownName',
      text: cause,
      steps: steps.length > 0 || !asked.domainName ? steps : [add],
    },
  };
}

function goOf(what: What): 'show' | 'do' | 'open' {
  if (what.type === 'reading') return 'show';
  return what.immediate ? 'do' : 'open';
}

/**
 * The domain is known, but not the connection or team typed after it: offers the nearest, and to choose among all. The
 * facts hold the names there are.
 */
function unknownSecond(
  what: What,
  facts: Facts,
  { connectionName: typed }: ReturnType<typeof named>,
): { type: 'refused'; refusal: Refusal } | null {
  const { domain, team } = facts;
  if (!what.second || !domain || !typed) return null;
  if (what.second === 'connection' ? facts.connection : facts.otherTeam) return null;
  const among = what.second === 'connection' ? facts.connections : facts.workspaceTeams;
  // The team's own name is known; that a domain cannot move to where it is, is said by the operation.
  if (what.second === 'team' && team?.name.toLowerCase() === typed.toLowerCase()) return null;
  const near = closest(
    typed.toLowerCase(),
    among.filter(({ id }) => id !== team?.id),
  );
  const [best] = near;
  const argument = what.second === 'connection' ? 'connection' : 'otherTeam';
  const to = (label: string, args: Record<string, string>): Step => ({
    label,
    go: goOf(what),
    kind: what.kind,
    args: { domain: domain.id, ...args },
  });
  return {
    type: 'refused',
    refusal: {
      code: 'unknownName',
      text: `No ${what.second} here is called ${quotable(typed)}.${best ? ` Did you mean ${best.name}?` : ''}`,
      steps: [
        ...near.map(({ id, name }) => to(`${what.title} to ${name}`, { [argument]: id })),
        to(`Choose another ${what.second}`, {}),
      ],
    },
  };
}

/** So many letters say enough to offer all names that begin with them. */
const BEGINNING = 3;

/** At most three that begin alike or differ in few letters, the nearest first. */
function closest<T extends { name: string }>(typed: string, all: T[]): T[] {
  const far = (name: string): number => {
    if (typed.length >= BEGINNING && name.startsWith(typed)) return 1;
    // A page's address was copied.
    return Math.min(distance(typed, name), distance(typed.replace(/^www\./, ''), name));
  };
  return all
    .map((one) => ({ one, far: far(one.name.toLowerCase()) }))
    .filter(({ one, far }) => far <= Math.max(2, Math.floor(one.name.length / 4)))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ one }) => one);
}

interface Near {
  kind: 'domain' | 'connection';
  id: string;
  name: string;
}

/** At most three names of the person's teams that differ in few letters. */
async function nearest(
  context: Context,
  subject: What['subject'],
  facts: Facts,
  typed: string,
): Promise<Near[]> {
  const teamIds =
    facts.teams.length > 0 ? facts.teams.map(({ id }) => id) : facts.workspaceTeams.map(({ id }) => id);
  if (teamIds.length === 0) return [];
  const team = sql`jsonb_array_elements_text(${JSON.stringify(teamIds)}::jsonb) as t(id)`;
  const parts = [
    ...(subject === 'connection' ? [] : [domainsNear(team, typed)]),
    ...(subject === 'domain'
      ? []
      : [
          sql`(select 'connection' as kind, c.id, c.name from ${team} join connections c on c.team_id = t.id limit ${MOST})`,
        ]),
  ];
  const rows = await context.db.query<Near>(sql.join(parts, sql` union all `));
  return closest(typed, rows);
}

/** So many names are compared at most. */
const MOST = 1000;
/** Of each team: so many that begin alike, and so many from the beginning, which is all of most teams. */
const WINDOW = 250;

/** By the index `domains_search` alone, which is in byte order, whatever the teams own. */
function domainsNear(team: SQL, typed: string): SQL {
  const first = typed.slice(0, 1);
  return sql`(
    select 'domain' as kind, d.id, d.name from ${team} cross join lateral (
      (select id, name from domains
        where team_id = t.id and name ~>=~ ${first}::text and name ~<~ ${`${first}~`}::text
        order by name using ~<~ limit ${WINDOW})
      union
      (select id, name from domains where team_id = t.id order by name using ~<~ limit ${WINDOW})
    ) d limit ${MOST})`;
}
