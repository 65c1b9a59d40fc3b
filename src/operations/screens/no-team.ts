import type { Facts } from '../../service/facts/facts.ts';
import { type Document, say } from '../../words/document.ts';
import { step } from '../common/steps.ts';

/**
 * What is shown where no team is meant: nobody has set one up yet, or there are several to choose from.
 * @param facts facts without a team
 * @param kind the reading that shows a team once it is chosen
 */
export function noTeam(facts: Facts, kind: 'overview' | 'home'): Document {
  const { person, teams, workspaceTeams } = facts;
  if (workspaceTeams.length === 0)
    return person.slackAdmin
      ? say(
          'Welcome to Drawbridge. Set up your team, then add your e-mail domain and your identity provider.',
          [step.open('setup', {}, { style: 'primary' })],
        )
      : say('Drawbridge is not set up here yet. Ask a Slack admin or owner to run /sso setup.', [
          step.show('help'),
        ]);
  const choice = teams.length > 0 ? teams : workspaceTeams;
  return say(
    teams.length > 0
      ? 'You have more than one team here. Choose one.'
      : 'Choose a team to see where it stands.',
    choice.slice(0, 24).map(({ id, name }) => step.show(kind, { team: id }, { label: name })),
  );
}
