import { reading } from './operation.ts';
import { noTeam } from './screens/no-team.ts';
import { teamScreen } from './screens/team-screen.ts';

/** The app's Home: the overview with more room. No command leads here; its buttons and Home itself do. */
export const home = reading({
  kind: 'home',
  command: null,
  subject: 'none',
  right: 'member',
  title: 'Home',
  async show(facts, lists, { after }) {
    const { team } = facts;
    if (!team) return noTeam(facts, 'home');
    return teamScreen(facts, team, await lists.overview(team.id, after), {
      kind: 'home',
      waiting: 10,
      connections: 25,
      after,
    });
  },
});
