import type { Field, Option } from '../operations/operation.ts';
import type { Facts } from '../service/facts/facts.ts';
import type { Block } from './blocks.ts';
import { plainText, seen, shorten, shortenName } from './inert.ts';
import { LIMITS } from './limits.ts';

/** What a field is filled with before the person looks: as `values.ts` reads it, or an option of a search. */
export type Prefill = Record<string, unknown>;

/** The value of a ticked box. */
export const TICKED = 'yes';

type FieldOf<Type extends Field['type']> = Extract<Field, { type: Type }>;

/**
 * @param field an operation's field
 * @param facts what its options and first values come from
 * @param prefill values that go before the field's own first value
 * @returns its input block; several for many lines that are longer than one input holds; none when there is
 *   nothing to choose from
 */
export function fieldBlocks(field: Field, facts: Facts, prefill: Prefill): Block[] {
  if (field.type === 'text' && field.lines === 'many') return manyLines(field, facts, prefill);
  const element = elementOf(field, facts, prefill[field.name]);
  return element ? [input(field, field.name, element)] : [];
}

function input(field: Field, name: string, element: Record<string, unknown>): Block {
  return {
    type: 'input',
    block_id: name,
    label: plainText(field.label || field.name, LIMITS.fieldLabel),
    element: { ...element, action_id: name },
    // A box may stay empty: that is a value too.
    optional: field.type === 'check' || field.optional === true,
    ...(field.type === 'choice' && field.redraws && { dispatch_action: true }),
    ...(field.hint && { hint: plainText(field.hint, LIMITS.hint) }),
  };
}

function elementOf(field: Field, facts: Facts, given: unknown): Record<string, unknown> | null {
  switch (field.type) {
    case 'text': {
      const max = Math.min(field.max ?? LIMITS.inputText, LIMITS.inputText);
      const initial = words(given ?? field.initial?.(facts));
      return {
        type: 'plain_text_input',
        max_length: max,
        ...(initial && { initial_value: shorten(initial, max) }),
      };
    }
    case 'email':
    case 'url': {
      const initial = words(given ?? field.initial?.(facts));
      return { type: `${field.type}_text_input`, ...(initial && { initial_value: initial }) };
    }
    case 'check':
      return checkbox(field, given ?? field.initial?.(facts));
    case 'choice':
    case 'radio':
      return choice(field, facts, given);
    case 'search':
      return search(field, given ?? field.initial?.(facts));
    case 'people': {
      const people = ids(given ?? field.initial?.(facts));
      return { type: 'multi_users_select', ...(people.length > 0 && { initial_users: people }) };
    }
    case 'channel': {
      const channel = words(given ?? field.initial?.(facts));
      return {
        type: 'conversations_select',
        // Never a channel that people of other organisations read, and never a direct message.
        filter: {
          include: ['public', 'private'],
          exclude_external_shared_channels: true,
          exclude_bot_users: true,
        },
        ...(channel ? { initial_conversation: channel } : { default_to_current_conversation: true }),
      };
    }
    case 'files':
      return {
        type: 'file_input',
        max_files: Math.min(10, Math.max(1, field.most)),
        ...(field.extensions.length > 0 && { filetypes: field.extensions.map((e) => e.replace(/^\./, '')) }),
      };
  }
}

function checkbox(field: FieldOf<'check'>, ticked: unknown) {
  const option = { text: plainText(field.text, LIMITS.optionText), value: TICKED };
  return { type: 'checkboxes', options: [option], ...(ticked === true && { initial_options: [option] }) };
}

function choice(field: FieldOf<'choice'> | FieldOf<'radio'>, facts: Facts, given: unknown) {
  const options = field.options(facts).slice(0, LIMITS.options).map(optionOf);
  if (options.length === 0) return null;
  const wanted = given ?? field.initial?.(facts);
  const initial = options.find((o) => o.value === wanted);
  const radio = field.type === 'radio' && options.length <= LIMITS.radioOptions;
  return {
    type: radio ? 'radio_buttons' : 'static_select',
    options,
    ...(initial && { initial_option: initial }),
  };
}

function search(field: FieldOf<'search'>, initial: unknown) {
  const chosen = (Array.isArray(initial) ? initial : [initial]).filter(isOption).map(optionOf);
  const first = chosen.length > 0;
  return field.many
    ? { type: 'multi_external_select', min_query_length: 0, ...(first && { initial_options: chosen }) }
    : { type: 'external_select', min_query_length: 0, ...(first && { initial_option: chosen[0] }) };
}

/** @returns an option as Slack takes it: the name shortened in its middle, the id as it is */
export function optionOf(option: Option) {
  return {
    text: plainText(option.label, LIMITS.optionText, shortenName),
    value: option.value,
  };
}

function isOption(value: unknown): value is Option {
  return typeof value === 'object' && value !== null && 'value' in value && 'label' in value;
}

/** An input holds 3000 characters, 30 addresses may have more: further inputs of the same name take the rest. */
function manyLines(field: FieldOf<'text'>, facts: Facts, prefill: Prefill): Block[] {
  const most = Math.min(field.max ?? LIMITS.inputText, LIMITS.inputText);
  const pages = paged(words(prefill[field.name] ?? field.initial?.(facts)) ?? '', most);
  return pages.map((page, i) =>
    input({ ...field, optional: field.optional || i > 0 }, i === 0 ? field.name : `${field.name}#${i + 1}`, {
      type: 'plain_text_input',
      multiline: true,
      max_length: most,
      ...(page && { initial_value: page }),
    }),
  );
}

function paged(lines: string, most: number): string[] {
  const pages = [''];
  for (const line of lines.split('\n').map((l) => shorten(l, most))) {
    const last = pages.length - 1;
    const joined = pages[last] ? `${pages[last]}\n${line}` : line;
    if (joined.length <= most) pages[last] = joined;
    else pages.push(line);
  }
  return pages;
}

function words(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? seen(value) : undefined;
}

function ids(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((v) => typeof v === 'string' && /^[UW][A-Z0-9]+$/.test(v)) : [];
}
