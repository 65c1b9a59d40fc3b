import { reading } from './operation.ts';
import { noTeam } from './screens/no-team.ts';
import { teamScreen } from './screens/team-screen.ts';

/** The bare command: where things stand for this person, with buttons. */
export const overview = reading({
  kind: 'overview',
  command: { verb: '', args: '', summary: 'Where things stand, with buttons' },
  subject: 'none',
  right: 'member',
  title: 'Overview',
  async show(facts, lists, { after }) {
    const { team } = facts;
    if (!team) return noTeam(facts, 'overview');
    return teamScreen(facts, team, await lists.overview(team.id, after), {
      kind: 'overview',
      // A message has 50 blocks; a request takes three of them.
      waiting: 4,
      connections: 5,
      after,
    });
  },
});
