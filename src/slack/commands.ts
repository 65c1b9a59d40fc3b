import type { Reading } from '../operations/operation.ts';
import { type Step, say } from '../words/document.ts';
import type { Answer, Handling } from './answer.ts';
import { exportHistory } from './export.ts';
import { readCommand } from './grammar.ts';
import { shorten } from './inert.ts';
import type { Intent } from './intent.ts';
import { openOperation, showReading } from './open.ts';

/** What a command names is shorter than this; the rest of a longer text is no name. */
const WORDS = 500;

/**
 * `/sso` and what follows it.
 * @param intent the command
 * @param handling what to work with
 */
export async function onCommand(
  intent: Extract<Intent, { type: 'command' }>,
  handling: Handling,
): Promise<Answer> {
  const command = readCommand(intent.text, handling.operations);
  if (command.type === 'unknown') return unknownVerb(command.verb, command.near, handling);
  const args = command.words === '' ? {} : { words: shorten(command.words, WORDS) };
  if (command.type === 'export') return exportHistory(handling, args);
  const { listed } = command;
  return listed.type === 'reading'
    ? showReading(handling, listed, args)
    : openOperation(handling, listed, args);
}

/** Help, with what was not understood in front of it and the nearest command as a button. */
async function unknownVerb(verb: string, near: string | null, handling: Handling): Promise<Answer> {
  const meant = handling.operations.find((listed) => listed.command?.verb === near);
  const first = [
    'There is no command ',
    { code: shorten(`/sso ${verb}`, 60) },
    ...(near ? ['. Did you mean ', { code: `/sso ${near}` }, '?'] : ['. This is what there is:']),
  ];
  const steps: Step[] = meant
    ? [{ label: meant.title, go: meant.type === 'reading' ? 'show' : 'open', kind: meant.kind, args: {} }]
    : [];
  const document = say(first, steps);
  const help = handling.operations.find((l): l is Reading => l.type === 'reading' && l.kind === 'help');
  const shown = help ? await showReading(handling, help, {}) : null;
  if (shown?.type !== 'say') return { type: 'say', title: 'Help', document };
  return {
    ...shown,
    document: { text: document.text, parts: [...document.parts, ...shown.document.parts] },
  };
}
