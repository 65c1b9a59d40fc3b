import type { ModalView } from '@slack/types';
import type { Field, Operation } from '../operations/operation.ts';
import type { Facts, TeamSummary } from '../service/facts/facts.ts';
import { type StepArgs, say, type Words } from '../words/document.ts';
import { type Block, documentBlocks } from './blocks.ts';
import { ActionIds } from './buttons.ts';
import { fieldBlocks, optionOf, type Prefill } from './fields.ts';
import { plainText } from './inert.ts';
import { argsFound } from './reference.ts';
import { modal } from './views.ts';

export interface FormOptions {
  args: StepArgs;
  prefill?: Prefill;
  /** What was wrong, when the form is shown again without Slack's own words under the fields. */
  errors?: Record<string, string>;
  /** Further words above the fields. */
  notes?: Words[];
}

/** The value of `args.page` in a form's first page that only tells. */
export const PREVIEW = 'preview';

/**
 * The modal of an operation: its preview page when it has one, else its fields.
 * @param operation what it asks for
 * @param facts what it is opened with
 */
export function openingView(operation: Operation, facts: Facts, options: FormOptions): ModalView {
  return operation.preview ? previewView(operation, facts, options) : fieldsView(operation, facts, options);
}

function previewView(operation: Operation, facts: Facts, { args }: FormOptions): ModalView {
  const shown = operation.preview?.(facts) ?? say(operation.title);
  return modal({
    callback: operation.kind,
    title: operation.title,
    submit: 'Continue',
    blocks: [...teamLine(facts), ...documentBlocks(shown)],
    args: { ...argsFound(args, facts), page: PREVIEW },
  });
}

/**
 * The page with an operation's fields.
 * @param operation what it asks for
 * @param facts what options and first values come from
 * @param options ids to keep, values to begin with, what was wrong
 */
export function fieldsView(operation: Operation, facts: Facts, options: FormOptions): ModalView {
  const { page: _, ...args } = argsFound(options.args, facts);
  const ids = new ActionIds();
  const fields = shownFields(operation, facts);
  const intro = operation.intro?.(facts, choices(fields, facts, options.prefill ?? {}));
  const blocks = [
    ...teamLine(facts),
    ...(intro ? documentBlocks(intro, ids) : []),
    ...problems(fields, options.errors ?? {}),
    ...(options.notes ?? []).flatMap((words) => documentBlocks(say(words), ids)),
    ...fields.flatMap((field) => fieldBlocks(field, facts, options.prefill ?? {})),
  ];
  return modal({
    callback: operation.kind,
    title: operation.title,
    submit: operation.submit,
    blocks: blocks.length > 0 ? blocks : documentBlocks(say(`${operation.title}?`)),
    args,
  });
}

/** What the choices of a form stand at: by what was chosen already, else by their own first value. */
function choices(fields: Field[], facts: Facts, prefill: Prefill): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) =>
      field.type === 'choice' ? [[field.name, prefill[field.name] ?? field.initial?.(facts)]] : [],
    ),
  );
}

/** @returns the fields that are asked for with these facts */
export function shownFields(operation: Operation, facts: Facts): Field[] {
  return operation.fields.filter((field) => field.when?.(facts) ?? true);
}

/** Whoever has more than one team reads which one this is about. */
function teamLine(facts: Facts): Block[] {
  if (!facts.team || facts.teams.length < 2) return [];
  return [{ type: 'context', elements: [plainText(`Team: ${facts.team.name}`, 100)] }];
}

function problems(fields: Field[], errors: Record<string, string>): Block[] {
  return Object.entries(errors).flatMap(([name, words]) => {
    const label = fields.find((field) => field.name === name)?.label;
    return documentBlocks(say(label ? [{ bold: `${label}: ` }, words] : words));
  });
}

/** Callback ids of the two questions that may come before a form. */
export const CHOOSE_TEAM = 'choose.team';
export const CHOOSE_SUBJECT = 'choose.subject';

/**
 * Asks which team is meant.
 * @param teams what there is to choose from
 * @param args what goes on afterwards: `go`, `kind` and what is known already
 */
export function chooseTeamView(teams: TeamSummary[], args: StepArgs): ModalView {
  const options = teams.slice(0, 100).map((team) => optionOf({ value: team.id, label: team.name }));
  return modal({
    callback: CHOOSE_TEAM,
    title: 'Choose a team',
    submit: 'Continue',
    blocks: [
      ...documentBlocks(say('You have more than one team here. Which one is this about?')),
      {
        type: 'input',
        block_id: 'team',
        label: plainText('Team', 100),
        element: { type: 'static_select', action_id: 'team', options },
      },
    ],
    args,
  });
}

const SUBJECTS = {
  domain: [{ name: 'domain', label: 'Domain' }],
  connection: [{ name: 'connection', label: 'Connection' }],
  domainOrConnection: [
    { name: 'domain', label: 'Domain' },
    { name: 'connection', label: 'Connection' },
  ],
} as const;

/**
 * Asks which domain or connection is meant, when the command named none.
 * @param title the modal's title
 * @param subject what is asked for
 * @param args what goes on afterwards: `go`, `kind`, the team
 */
export function chooseSubjectView(title: string, subject: keyof typeof SUBJECTS, args: StepArgs): ModalView {
  const fields = SUBJECTS[subject];
  return modal({
    callback: CHOOSE_SUBJECT,
    title,
    submit: 'Continue',
    blocks: fields.map(({ name, label }) => ({
      type: 'input',
      block_id: name,
      optional: fields.length > 1,
      label: plainText(label, 100),
      element: { type: 'external_select', action_id: name, min_query_length: 0 },
    })),
    args,
  });
}
