import { findKind } from '../operations/common/find.ts';
import { type Document, type StepArgs, say } from '../words/document.ts';
import { type Answer, type Handling, refused } from './answer.ts';
import { referenceOf } from './reference.ts';

/** The reading that Home shows. */
export const HOME = 'home';

/**
 * What Home shows, of one team where the person has several. The team that was chosen once stays: Home is opened far
 * more often than the team is changed.
 * @param args the team, and where its list goes on
 */
export async function home(handling: Handling, args: StepArgs): Promise<Answer> {
  const { service, operations, asker } = handling;
  const reading = findKind(operations, HOME);
  if (reading?.type !== 'reading') throw new Error('there is no Home among the readings');
  const shown = await service.show(reading, asker, referenceOf(args), args);
  if (shown.type === 'shown') {
    const { team } = shown.facts;
    return { type: 'home', document: shown.document, args: team ? { team: team.id } : {} };
  }
  if (shown.type === 'refused') return { type: 'home', document: refused(shown.refusal) };
  if (shown.type === 'chooseTeam') return { type: 'home', document: teams(shown.teams) };
  return { type: 'home', document: say('Type /sso in any channel to begin.') };
}

function teams(list: { id: string; name: string }[]): Document {
  return {
    text: 'Choose a team.',
    parts: [
      { type: 'heading', text: 'Choose a team' },
      {
        type: 'list',
        items: list.slice(0, 40).map((team) => ({
          words: team.name,
          step: { label: 'Show team', go: 'show', kind: HOME, args: { team: team.id } },
        })),
      },
    ],
  };
}
