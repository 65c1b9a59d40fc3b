import { findKind } from '../operations/common/find.ts';
import type { StepArgs } from '../words/document.ts';
import { type Answer, FROM_HOME, type Handling, OUT_OF_DATE } from './answer.ts';
import { onDecide } from './decisions.ts';
import type { Listed } from './grammar.ts';
import { HOME, home } from './home.ts';
import type { Intent } from './intent.ts';
import { actAtOnce, openOperation, showReading } from './open.ts';

type Press = Extract<Intent, { type: 'press' }>;

/**
 * A button, wherever it stands. What it means is looked up here, the right to do it is the service's to check.
 * @param intent the press
 * @param handling what to work with
 */
export async function onPress(intent: Press, handling: Handling): Promise<Answer> {
  const { button } = intent;
  if (!button) return OUT_OF_DATE;
  const args = withOrigin(button.args, intent);
  if (button.go === 'decide') return onDecide(handling, button.kind, args);
  const listed = findKind(handling.operations, button.kind);
  if (!listed) return OUT_OF_DATE;
  return listedAnswer(intent, listed, args, handling);
}

async function listedAnswer(
  intent: Press,
  listed: Listed,
  args: StepArgs,
  handling: Handling,
): Promise<Answer> {
  if (listed.type === 'reading') {
    if (intent.place.type === 'home' && listed.kind === HOME) return home(handling, args);
    const answer = await showReading(handling, listed, args);
    return answer.type === 'say' ? { ...answer, turns: turnsPage(intent) } : answer;
  }
  if (intent.button?.go === 'do' && listed.immediate) return actAtOnce(handling, listed, args);
  return openOperation(handling, listed, args);
}

/** Forms and results remember that they came from Home, which is then drawn anew. */
function withOrigin(args: StepArgs, { place }: Press): StepArgs {
  const from = place.type === 'home' ? FROM_HOME : place.type === 'modal' ? place.args.from : undefined;
  return from === FROM_HOME ? { ...args, from } : args;
}

/** The next page of a list, or the same one anew, takes the place of the page it was asked from. */
function turnsPage({ button, label }: Press): boolean {
  return button?.args.after !== undefined || /^(refresh|first page|newest|back)\b/i.test(label);
}
