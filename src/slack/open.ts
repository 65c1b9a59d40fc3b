import type { Operation, Reading } from '../operations/operation.ts';
import type { Exported, Opening, Outcome, Shown } from '../service/service.ts';
import type { Step, StepArgs } from '../words/document.ts';
import { type Answer, type Handling, refused } from './answer.ts';
import type { Prefill } from './fields.ts';
import { chooseSubjectView, chooseTeamView, openingView } from './form.ts';
import { argsFound, referenceOf } from './reference.ts';

/** What leads on from a question (which team, which domain) to what was asked for. */
export interface Next {
  go: 'open' | 'do' | 'show';
  kind: string;
  title: string;
  args: StepArgs;
}

/**
 * Opens the modal of an operation.
 * @param operation what to ask for
 * @param args ids of a button, or `words` of a command
 * @param prefill values to begin with
 */
export async function openOperation(
  handling: Handling,
  operation: Operation,
  args: StepArgs,
  prefill: Prefill = {},
): Promise<Answer> {
  if (operation.immediate) return actAtOnce(handling, operation, args);
  const opening = await handling.service.open(operation, handling.asker, referenceOf(args));
  const next: Next = { go: 'open', kind: operation.kind, title: operation.title, args };
  if (opening.type !== 'open') return unopened(opening, next);
  const found = argsFound(args, opening.facts);
  return {
    type: 'view',
    view: openingView(operation, opening.facts, {
      args,
      prefill: { ...chosenBy(operation, args), ...prefill },
    }),
    reopen: { label: operation.title, go: 'open', kind: operation.kind, args: found },
  };
}

/** A button may choose beforehand: an id of its own by the name of the field it is for. */
function chosenBy(operation: Operation, args: StepArgs): Prefill {
  const chosen = operation.fields.filter(({ type, name }) => type === 'choice' && args[name] !== undefined);
  return Object.fromEntries(chosen.map(({ name }) => [name, args[name]]));
}

/**
 * Carries out an operation that asks nothing.
 * @param args ids of a button, or `words` of a command
 */
export async function actAtOnce(handling: Handling, operation: Operation, args: StepArgs): Promise<Answer> {
  const outcome = await handling.service.submit(operation, handling.asker, referenceOf(args), {});
  return outcomeAnswer(outcome, { go: 'do', kind: operation.kind, title: operation.title, args });
}

/**
 * Shows a reading.
 * @param args ids of a button, or `words` of a command
 */
export async function showReading(handling: Handling, reading: Reading, args: StepArgs): Promise<Answer> {
  const shown = await handling.service.show(reading, handling.asker, referenceOf(args), args);
  if (shown.type !== 'shown') {
    return unopened(shown, { go: 'show', kind: reading.kind, title: reading.title, args });
  }
  return { type: 'say', title: reading.title, document: shown.document, args: argsFound(args, shown.facts) };
}

/**
 * What the person reads of an outcome.
 * @param outcome what came of a submit or decision
 * @param next how to go on when something must be chosen first
 */
export function outcomeAnswer(outcome: Outcome, next: Next): Answer {
  switch (outcome.type) {
    case 'done':
    case 'asked':
      return { type: 'say', title: next.title, document: outcome.document };
    case 'errors':
      return { type: 'errors', errors: outcome.errors };
    default:
      return unopened(outcome, next);
  }
}

type Unopened = Exclude<
  Opening | Shown | Outcome | Exported,
  { type: 'open' | 'shown' | 'done' | 'asked' | 'errors' | 'file' }
>;

/**
 * @param result why nothing could be opened or shown
 * @param next how to go on
 */
export function unopened(result: Unopened, next: Next): Answer {
  const { go, kind, title, args } = next;
  if (result.type === 'refused') return { type: 'say', title, document: refused(result.refusal) };
  const reopen: Step = { label: title, go, kind, args: { ...args, words: undefined } };
  const onwards = { ...args, go, kind };
  if (result.type === 'chooseTeam') {
    return { type: 'view', view: chooseTeamView(result.teams, onwards), reopen };
  }
  const found = { ...argsFound(args, result.facts), go, kind };
  return { type: 'view', view: chooseSubjectView(title, result.subject, found), reopen };
}
