import type { Operation, Reading, Refusal, Right } from '../operations/operation.ts';
import type { Facts, TeamSummary } from './facts/facts.ts';
import type { FactsRead } from './facts/read.ts';

/** Whether somebody may ask for this here and now, and if so on which facts. */
export type Admission =
  | { type: 'admitted'; facts: Facts }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'chooseTeam'; teams: TeamSummary[] };

/**
 * The gate before every operation and reading: the person, the team, the right. It looks at what was read just now,
 * so a role taken away a moment ago counts.
 * @param what the operation or reading
 * @param read the facts as read
 */
export function admit(
  what: Pick<Operation | Reading, 'kind' | 'right' | 'subject'>,
  read: FactsRead,
): Admission {
  const { person } = read;
  if (!person) return refused('stranger', 'I do not know you in this workspace. Try again in a moment.');
  if (person.deactivated) return refused('deactivated', 'Your Slack account is deactivated.');
  if (person.guest)
    return refused('guest', 'Guests cannot use Drawbridge. Ask a full member of this workspace.');
  const facts: Facts = { ...read, person };
  if (what.right === 'slackAdmin') {
    if (person.slackAdmin) return { type: 'admitted', facts };
    return refused(
      'notSlackAdmin',
      'Only a Slack admin or owner can set up a team. Ask one of them to run /sso setup.',
    );
  }
  if (!facts.team && facts.workspaceTeams.length === 0 && what.subject !== 'none') return noTeamYet(facts);
  if (what.subject === 'none') return { type: 'admitted', facts };
  if (read.nameTeams.length > 1) {
    return { type: 'chooseTeam', teams: facts.teams.filter(({ id }) => read.nameTeams.includes(id)) };
  }
  if (!facts.team) {
    const teams = choice(what, read);
    if (teams.length > 0) return { type: 'chooseTeam', teams };
    return refused('noRole', rightWords(what.right, null));
  }
  if (isRescue(what, facts)) return { type: 'admitted', facts };
  if (!holds(what.right, facts.team)) return refused('noRole', rightWords(what.right, facts.team.name));
  return { type: 'admitted', facts };
}

/** The teams among which to choose: one's own, those to be rescued, and for what everybody may see all there are. */
function choice(
  what: Pick<Operation | Reading, 'right'>,
  { teams, forsaken, workspaceTeams }: FactsRead,
): TeamSummary[] {
  if (what.right === 'member' && teams.length === 0) return workspaceTeams;
  return [...teams, ...forsaken.filter(({ id }) => teams.every((team) => team.id !== id))];
}

/** A team whose admins have all left can be given new ones by a Slack admin or owner, who made it too. */
function isRescue(what: Pick<Operation | Reading, 'kind'>, { team, person }: Facts): boolean {
  return what.kind === 'settings' && person.slackAdmin && team?.admins.length === 0;
}

/** @returns whether the asker's roles in the team give the right */
export function holds(right: Right, team: { admin: boolean; approver: boolean }): boolean {
  if (right === 'member') return true;
  return right === 'admin' ? team.admin : team.admin || team.approver;
}

function rightWords(right: Right, teamName: string | null): string {
  const where = teamName === null ? 'of a team' : `of the team ${teamName}`;
  return right === 'admin'
    ? `Only admins ${where} can do this. Ask one of them.`
    : `Only admins and approvers ${where} can see this. Ask one of them.`;
}

function noTeamYet(facts: Facts): Admission {
  if (!facts.person.slackAdmin) {
    return refused(
      'noTeam',
      'No team is set up yet. Ask a Slack admin or owner of this workspace to run /sso setup.',
    );
  }
  return {
    type: 'refused',
    refusal: {
      code: 'noTeam',
      text: 'No team is set up yet. Set one up first.',
      steps: [{ label: 'Set up your team', go: 'open', kind: 'setup', args: {}, style: 'primary' }],
    },
  };
}

function refused(code: string, text: string): Admission {
  return { type: 'refused', refusal: { code, text } };
}
