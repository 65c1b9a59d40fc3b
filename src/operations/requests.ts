import type { Part } from '../words/document.ts';
import { counted } from './common/counted.ts';
import { teamOf } from './common/lookup.ts';
import { pageParts } from './common/pages.ts';
import { reading } from './operation.ts';
import { requestParts } from './screens/requests.ts';

/** What waits for approval, and for whom. */
export const requests = reading({
  kind: 'requests',
  command: { verb: 'requests', args: '', summary: 'What waits for approval, and for whom' },
  subject: 'team',
  right: 'adminOrApprover',
  title: 'Requests',
  async show(facts, lists, { after }) {
    const team = teamOf(facts);
    const { rows, next } = await lists.requests(team.id, after);
    if (rows.length === 0) {
      const words = after ? 'No further requests.' : `Nothing waits for approval in ${team.name}.`;
      return { text: words, parts: [{ type: 'text', words }] };
    }
    const parts: Part[] = [
      { type: 'heading', text: `Requests of ${team.name}` },
      ...rows.flatMap((request) => requestParts(facts, request)),
    ];
    parts.push(...pageParts('requests', { team: team.id }, { after, next }, { on: 'More requests' }));
    const more = next ? ' and more' : '';
    return {
      text: `${counted(rows.length, 'request')}${more}: ${rows.map(({ act }) => act).join('; ')}`,
      parts,
    };
  },
});
