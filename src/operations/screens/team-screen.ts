import type { ConnectionFact, Facts, TeamFact } from '../../service/facts/facts.ts';
import type { DomainRow, Overview } from '../../service/lists/lists.ts';
import type { Document, ListItem, Part, Step } from '../../words/document.ts';
import { counted, people } from '../common/counted.ts';
import { connectionNextSteps, nextSteps } from '../common/next-steps.ts';
import { pageParts } from '../common/pages.ts';
import { step } from '../common/steps.ts';
import { requestParts, waitsForMe } from './requests.ts';

/** How much of a team a screen shows: a message holds less than Home. */
export interface Room {
  /** The reading whose buttons turn the pages: it shows this same screen. */
  kind: 'overview' | 'home';
  waiting: number;
  connections: number;
  /** Where this page of domains began. */
  after?: string;
}

/**
 * A team at a glance: what waits for this person, its domains with the next step of each, its connections.
 * Who has no role in the team sees where things stand and no buttons but those that show more.
 * @param facts the person and the team
 * @param team the team
 * @param lists a page of its domains and the first of its open requests
 * @param room how much is shown
 */
export function teamScreen(facts: Facts, team: TeamFact, lists: Overview, room: Room): Document {
  const parts: Part[] = [
    { type: 'heading', text: team.name },
    ...otherTeams(facts, team, room),
    ...(team.admin || team.approver ? waiting(facts, team, lists, room) : []),
    ...domains(facts, team, lists, room),
    ...connections(facts, team, room),
    { type: 'steps', steps: teamSteps(team) },
  ];
  return { text: `${team.name}: ${summary(facts, lists)}`, parts };
}

function summary(facts: Facts, { requests }: Overview): string {
  const mine = requests.rows.filter((request) => waitsForMe(facts, request)).length;
  return [
    mine > 0
      ? `${counted(mine, 'request')} ${mine === 1 ? 'waits' : 'wait'} for you`
      : 'nothing waits for you',
    counted(facts.figures.domains, 'domain'),
    counted(facts.connections.length, 'connection'),
  ].join(', ');
}

function otherTeams({ teams }: Facts, team: TeamFact, { kind }: Room): Part[] {
  const others = teams.filter(({ id }) => id !== team.id);
  if (others.length === 0) return [];
  return [
    {
      type: 'steps',
      steps: others.map(({ id, name }) => step.show(kind, { team: id }, { label: `Go to ${name}` })),
    },
  ];
}

function waiting(facts: Facts, team: TeamFact, { requests }: Overview, { waiting: most }: Room): Part[] {
  const mine = requests.rows.filter((request) => waitsForMe(facts, request));
  const shown = mine.slice(0, most);
  const more = requests.rows.length > shown.length || requests.next !== undefined;
  const all = step.show('requests', { team: team.id }, { label: 'All requests' });
  const parts: Part[] = [{ type: 'heading', text: 'Waiting for you' }];
  if (shown.length === 0) {
    const words = requests.next ? 'None of the oldest requests waits for you.' : 'Nothing waits for you.';
    parts.push({ type: 'note', words });
  }
  parts.push(...shown.flatMap((request) => requestParts(facts, request)));
  if (more) parts.push({ type: 'steps', steps: [all] });
  return parts;
}

function domains(facts: Facts, team: TeamFact, { domains: page }: Overview, { kind, after }: Room): Part[] {
  const parts: Part[] = [{ type: 'heading', text: 'Domains' }];
  if (page.rows.length === 0 && !after)
    parts.push({ type: 'note', words: 'No domain yet. Add the domain of your e-mail addresses.' });
  parts.push({ type: 'list', items: page.rows.map((row) => domainItem(facts, team, row)) });
  const pages = pageParts(kind, { team: team.id }, { after, next: page.next }, { on: 'More domains' });
  parts.push(...pages);
  return parts;
}

function domainItem(facts: Facts, team: TeamFact, row: DomainRow): ListItem {
  const linked = row.connectionName === null ? '' : ` · ${row.connectionName}`;
  const counts = row.people > 0 ? ` · ${people(row.people)}` : '';
  const status = step.show('status', { domain: row.id });
  const next = team.admin ? nextSteps(row, facts.connections)[0] : undefined;
  return {
    words: row.name,
    note: `${row.state}${linked}${counts}`,
    // The leading step, except where it would take something back: that belongs on the domain's own page.
    step: next && row.state !== 'SSO on' && row.state !== 'Deleting' ? next : status,
  };
}

function connections(facts: Facts, team: TeamFact, { connections: most }: Room): Part[] {
  const shown = facts.connections.slice(0, most);
  const hidden = facts.connections.length - shown.length;
  return [
    { type: 'heading', text: 'Connections' },
    ...(shown.length === 0
      ? [{ type: 'note', words: 'No connection yet. Connect your identity provider.' } as const]
      : []),
    { type: 'list', items: shown.map((one) => connectionItem(team, one)) },
    ...(hidden > 0
      ? [{ type: 'note', words: `And ${hidden} more: /sso status and a name shows any of them.` } as const]
      : []),
  ];
}

function connectionItem(team: TeamFact, connection: ConnectionFact): ListItem {
  const { id, name, tested, domainCount } = connection;
  const next = team.admin && !tested ? connectionNextSteps(connection)[0] : undefined;
  return {
    words: name,
    note: `${tested ? 'Tested' : 'Not tested'} · ${counted(domainCount, 'domain')}`,
    step: next ?? step.show('status', { connection: id }),
  };
}

function teamSteps(team: TeamFact): Step[] {
  const args = { team: team.id };
  if (team.admin)
    return [
      step.open('domain.add', args),
      step.open('connection.add', args),
      step.open('user.invite', args),
      step.open('settings', args),
      step.show('requests', args),
      step.show('history', args),
      step.show('help'),
    ];
  if (team.approver) return [step.show('requests', args), step.show('history', args), step.show('help')];
  return [step.show('help')];
}
