import { findKind } from '../operations/common/find.ts';
import type { Operation } from '../operations/operation.ts';
import { type StepArgs, say, type Words } from '../words/document.ts';
import { type Answer, type Handling, OUT_OF_DATE } from './answer.ts';
import { DECIDE, onDecided } from './decisions.ts';
import { EXPORT, exportHistory } from './export.ts';
import { CHOOSE_SUBJECT, CHOOSE_TEAM, fieldsView, PREVIEW } from './form.ts';
import { handOver } from './hand-over.ts';
import type { Intent, SubmittedView } from './intent.ts';
import { actAtOnce, openOperation, outcomeAnswer, showReading, unopened } from './open.ts';
import { referenceOf } from './reference.ts';
import { readUploads, withWarnings } from './uploads.ts';
import { filledIn, rawInput } from './values.ts';

/**
 * A modal that was submitted.
 * @param intent the submit
 * @param handling what to work with
 */
export async function onSubmit(
  intent: Extract<Intent, { type: 'submit' }>,
  handling: Handling,
): Promise<Answer> {
  const { view } = intent;
  const { args, callback, values } = view;
  if (!args) return OUT_OF_DATE;
  if (callback === CHOOSE_TEAM) return goOn(handling, { ...args, team: chosen(view, 'team') });
  if (callback === CHOOSE_SUBJECT) return subjectChosen(handling, view, args);
  if (callback === DECIDE.approve) return onDecided(handling, 'approve', args, values);
  if (callback === DECIDE.reject) return onDecided(handling, 'reject', args, values);
  const operation = operationOf(handling, callback);
  if (!operation) return OUT_OF_DATE;
  if (args.page === PREVIEW) return fieldsPage(handling, operation, args);
  return form(handling, operation, view, args);
}

/**
 * A choice on which a form's opening words depend: the form again as it is filled in, with the words for it.
 * @param intent the choice
 * @param handling what to work with
 */
export async function onChoose(
  intent: Extract<Intent, { type: 'choose' }>,
  handling: Handling,
): Promise<Answer> {
  const { callback, args, values } = intent.view;
  const operation = operationOf(handling, callback);
  if (!operation || !args) return { type: 'nothing' };
  const opening = await handling.service.open(operation, handling.asker, referenceOf(args));
  if (opening.type !== 'open') return { type: 'nothing' };
  const prefill = filledIn(operation.fields, values);
  return {
    type: 'view',
    view: fieldsView(operation, opening.facts, { args, prefill }),
    reopen: { label: operation.title, go: 'open', kind: operation.kind, args },
  };
}

function operationOf(handling: Handling, kind: string | undefined): Operation | undefined {
  const listed = findKind(handling.operations, kind);
  return listed?.type === 'operation' ? listed : undefined;
}

function chosen(view: SubmittedView, name: string): string | undefined {
  return view.values[name]?.[name]?.selected_option?.value;
}

async function subjectChosen(handling: Handling, view: SubmittedView, args: StepArgs): Promise<Answer> {
  const domain = chosen(view, 'domain');
  const connection = chosen(view, 'connection');
  if (!domain && !connection) {
    return { type: 'errors', errors: { [view.inputs[0] ?? 'domain']: 'Choose one.' } };
  }
  return goOn(handling, domain ? { ...args, domain } : { ...args, connection });
}

/** After a question that came first: what was asked for in the beginning. */
async function goOn(handling: Handling, { go, kind, ...args }: StepArgs): Promise<Answer> {
  if (kind === EXPORT) return exportHistory(handling, args);
  const listed = findKind(handling.operations, kind);
  if (!listed) return OUT_OF_DATE;
  if (listed.type === 'reading') return showReading(handling, listed, args);
  return go === 'do' ? actAtOnce(handling, listed, args) : openOperation(handling, listed, args);
}

/** From the page that tells to the page that asks, with facts of this moment. */
async function fieldsPage(handling: Handling, operation: Operation, args: StepArgs): Promise<Answer> {
  const { page: _, ...rest } = args;
  const opening = await handling.service.open(operation, handling.asker, referenceOf(rest));
  const next = { go: 'open' as const, kind: operation.kind, title: operation.title, args: rest };
  if (opening.type !== 'open') return unopened(opening, next);
  return {
    type: 'view',
    view: fieldsView(operation, opening.facts, { args: rest }),
    reopen: { label: operation.title, go: 'open', kind: operation.kind, args: rest },
  };
}

async function form(
  handling: Handling,
  operation: Operation,
  view: SubmittedView,
  args: StepArgs,
): Promise<Answer> {
  const { service, asker, people, client } = handling;
  const input = rawInput(operation.fields, view.values);
  const named = operation.fields.flatMap((f) =>
    f.type === 'people' ? ((input[f.name] as string[]) ?? []) : [],
  );
  if (named.length > 0) await people.know(client, asker.workspaceId, named);
  const uploads = await readUploads(handling, operation, view);
  if (uploads.type === 'errors') return again(handling, operation, view, args, uploads.errors, []);
  const outcome = await service.submit(operation, asker, referenceOf(args), { ...input, ...uploads.files });
  if (outcome.type === 'errors') {
    return again(handling, operation, view, args, outcome.errors, uploads.secret);
  }
  const told =
    outcome.type === 'refused' ? { ...outcome, refusal: await handOver(handling, outcome.refusal) } : outcome;
  const next = { go: 'open' as const, kind: operation.kind, title: operation.title, args };
  return withWarnings(outcomeAnswer(told, next), uploads.secret);
}

/** The form as it was filled in, for when it is no longer on screen. */
function again(
  handling: Handling,
  operation: Operation,
  view: SubmittedView,
  args: StepArgs,
  errors: Record<string, string>,
  warnings: Words[],
): Answer {
  return {
    type: 'errors',
    errors,
    async form() {
      const opening = await handling.service.open(operation, handling.asker, referenceOf(args));
      if (opening.type !== 'open') return null;
      const prefill = filledIn(operation.fields, view.values);
      return fieldsView(operation, opening.facts, { args, prefill, errors, notes: warnings });
    },
  };
}

/** What a submit shows while it is worked on for longer than Slack waits. */
export const STILL_WORKING = say('Still working. The answer will appear here.');
