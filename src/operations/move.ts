import type { DomainFact, Facts, TeamSummary } from '../service/facts/facts.ts';
import type { Document } from '../words/document.ts';
import { say } from '../words/document.ts';
import { stepByStep } from './common/step-by-step.ts';
import { step } from './common/steps.ts';
import { reading } from './operation.ts';

/** Leads a domain to another team: what is to be done in which order, by whom, and the next step. */
export const move = reading({
  kind: 'domain.move',
  command: { verb: 'move', args: '<domain> [team]', summary: 'Move a domain to another team' },
  subject: 'domain',
  second: 'team',
  right: 'admin',
  title: 'Move domain',
  async show(facts, _more, args) {
    const { domain } = facts;
    if (!domain) return say('Write the domain after the command, like /sso move acme.com.');
    const target = targetOf(facts, args.otherTeam);
    return target ? way(facts, domain, target) : choice(facts, domain);
  },
});

type Target = Pick<TeamSummary, 'id' | 'name' | 'admin'>;

function targetOf(facts: Facts, id: string | undefined): Target | null {
  return (
    facts.workspaceTeams.find(
      (team) => team.id === (id ?? facts.otherTeam?.id) && team.id !== facts.team?.id,
    ) ?? null
  );
}

function way(_facts: Facts, domain: DomainFact, target: Target): Document {
  const { name } = domain;
  const args = { domain: domain.id };
  const linked = domain.state === 'SSO on' || domain.state === 'SSO off';
  const document = stepByStep(
    `Moving ${name} to ${target.name}`,
    [
      {
        done: domain.state !== 'SSO on',
        words: `Turn off SSO for ${name}`,
        next: step.open('domain.off', args),
      },
      { done: !linked, words: `Unlink ${name}`, next: step.open('domain.unlink', args) },
      {
        done: false,
        words:
          domain.state === 'Deleting' ? `Wait until ${name} is deleted` : `Delete ${name} from this team`,
        next: domain.state === 'Deleting' ? step.show('status', args) : step.open('domain.delete', args),
      },
      { done: false, words: `Add ${name} in ${target.name}` },
      { done: false, words: `Publish the TXT record that ${target.name} gets, and verify ${name} there` },
    ],
    step.show('domain.move', { ...args, otherTeam: target.id }, { label: 'Refresh' }),
  );
  document.parts.push({
    type: 'note',
    words: target.admin
      ? `When ${name} is gone from this team, add it in ${target.name} with /sso add ${name}.`
      : `When ${name} is gone from this team, an admin of ${target.name} adds it with /sso add ${name}.`,
  });
  return document;
}

/** Which team the domain shall go to. */
function choice(facts: Facts, domain: DomainFact): Document {
  const others = facts.workspaceTeams.filter(({ id }) => id !== facts.team?.id).slice(0, 25);
  if (others.length === 0)
    return say(
      `There is no other team in this workspace to move ${domain.name} to: a Slack admin can set one up.`,
      [step.open('setup')],
    );
  const words = `Which team shall ${domain.name} go to?`;
  const items = others.map((team) => ({
    words: team.name,
    step: step.show('domain.move', { domain: domain.id, otherTeam: team.id }, { label: 'Choose' }),
  }));
  return {
    text: words,
    parts: [
      { type: 'text', words },
      { type: 'list', items },
    ],
  };
}
