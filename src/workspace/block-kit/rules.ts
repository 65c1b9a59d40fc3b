import { isDeepStrictEqual } from 'node:util';
import type { Block, Option } from '../types.ts';
import { optionsOf, type Placed, placedElements } from './elements.ts';

export type Surface = 'message' | 'modal' | 'home';

/** Where blocks may stand that may not stand everywhere (Slack's reference of each block, "Surfaces"). */
const BLOCK_SURFACES: Record<string, Surface[]> = {
  alert: ['modal'],
  context_actions: ['message'],
  data_table: ['message'],
  data_visualization: ['message'],
  file: ['message'],
  markdown: ['message'],
  plan: ['message'],
  table: ['message'],
  task_card: ['message'],
  carousel: ['message'],
};
const ELEMENT_SURFACES: Record<string, Surface[]> = { file_input: ['modal'] };

const TABLE_CHARACTERS = 10_000;
const MARKDOWN_CHARACTERS = 12_000;
const ALERT_CHARACTERS = 200;

/**
 * What holds between fields, which a schema cannot say.
 * @param blocks blocks that the schema has accepted
 * @param surface where they are shown
 * @param base JSON pointer of the list, e.g. `/view/blocks`
 * @returns what is wrong, in Slack's form
 */
export function ruleErrors(blocks: Block[], surface: Surface, base: string): string[] {
  const placed = placedElements(blocks, base);
  return [
    ...surfaceErrors(blocks, placed, surface, base),
    ...idErrors(blocks, placed, base),
    ...placed.flatMap(initialErrors),
    ...placed.flatMap(rangeErrors),
    ...focusErrors(placed),
    ...textErrors(blocks, base),
  ];
}

function wrong(words: string, pointer: string): string {
  return `${words} [json-pointer:${pointer}]`;
}

function surfaceErrors(blocks: Block[], placed: Placed[], surface: Surface, base: string): string[] {
  return [
    ...blocks.flatMap((block, i) =>
      (BLOCK_SURFACES[block.type] ?? [surface]).includes(surface)
        ? []
        : [wrong(`block type ${block.type} is not allowed in a ${surface}`, `${base}/${i}`)],
    ),
    ...placed.flatMap(({ element, pointer }) =>
      (ELEMENT_SURFACES[element.type] ?? [surface]).includes(surface)
        ? []
        : [wrong(`element type ${element.type} is not allowed in a ${surface}`, pointer)],
    ),
  ];
}

function idErrors(blocks: Block[], placed: Placed[], base: string): string[] {
  const errors: string[] = [];
  const seen = new Set<string>();
  blocks.forEach((block, i) => {
    if (!block.block_id) return;
    if (seen.has(block.block_id)) {
      errors.push(wrong(`\`block_id\` "${block.block_id}" already exists`, `${base}/${i}/block_id`));
    }
    seen.add(block.block_id);
  });
  const actions = new Map<Block, Set<string>>();
  for (const { block, element, pointer } of placed) {
    const ids = actions.get(block) ?? new Set();
    actions.set(block, ids);
    if (!element.action_id) continue;
    if (ids.has(element.action_id)) {
      errors.push(wrong(`\`action_id\` "${element.action_id}" already exists`, `${pointer}/action_id`));
    }
    ids.add(element.action_id);
  }
  return errors;
}

function initialErrors({ element, pointer }: Placed): string[] {
  if (!element.options && !element.option_groups) return [];
  const errors: string[] = [];
  const options = optionsOf(element);
  const known = (option: unknown) => options.some((o) => isDeepStrictEqual(core(o), core(option as Option)));
  if (element.initial_option && !known(element.initial_option)) {
    errors.push(wrong('initial_option must be one of the options', `${pointer}/initial_option`));
  }
  ((element.initial_options ?? []) as Option[]).forEach((option, i) => {
    if (!known(option)) {
      errors.push(wrong('initial_options must be among the options', `${pointer}/initial_options/${i}`));
    }
  });
  const most = element.max_selected_items as number | undefined;
  if (most !== undefined && ((element.initial_options ?? []) as Option[]).length > most) {
    errors.push(wrong(`no more than ${most} items allowed`, `${pointer}/initial_options`));
  }
  return errors;
}

/** What makes two options the same: `emoji: true` is Slack's default and may be left out. */
function core(option: Option): unknown {
  const words = (text?: { type: string; text: string }) => text && [text.type, text.text];
  return [words(option.text), option.value, words(option.description)];
}

function rangeErrors({ element, pointer }: Placed): string[] {
  const errors: string[] = [];
  const initial = element.initial_value;
  const text = typeof initial === 'string' ? initial : undefined;
  if (element.type === 'plain_text_input') {
    const min = element.min_length as number | undefined;
    const max = element.max_length as number | undefined;
    if (min !== undefined && max !== undefined && min > max) {
      errors.push(wrong('min_length must not be greater than max_length', `${pointer}/min_length`));
    }
    if (text && text.length > (max ?? 3000)) {
      errors.push(wrong(`must be less than ${(max ?? 3000) + 1} characters`, `${pointer}/initial_value`));
    }
    if (text && text.length < (min ?? 0)) {
      errors.push(wrong(`must be more than ${(min ?? 0) - 1} characters`, `${pointer}/initial_value`));
    }
  }
  if (element.type === 'number_input') {
    const { min_value: min, max_value: max } = element as { min_value?: string; max_value?: string };
    if (min !== undefined && max !== undefined && Number(min) > Number(max)) {
      errors.push(wrong('min_value must not be greater than max_value', `${pointer}/min_value`));
    }
    for (const [name, value] of Object.entries({ initial_value: text, min_value: min, max_value: max })) {
      if (value !== undefined && !element.is_decimal_allowed && value.includes('.')) {
        errors.push(wrong('decimals are not allowed', `${pointer}/${name}`));
      }
    }
    if (text !== undefined && (Number(text) < Number(min ?? text) || Number(text) > Number(max ?? text))) {
      errors.push(
        wrong('initial_value must lie between min_value and max_value', `${pointer}/initial_value`),
      );
    }
  }
  return errors;
}

function focusErrors(placed: Placed[]): string[] {
  const focused = placed.filter((p) => p.element.focus_on_load === true);
  return focused
    .slice(1)
    .map((p) => wrong('only one element may have focus_on_load', `${p.pointer}/focus_on_load`));
}

function textErrors(blocks: Block[], base: string): string[] {
  const errors: string[] = [];
  const markdown = blocks.filter((b) => b.type === 'markdown');
  const length = markdown.reduce((sum, b) => sum + String(b.text).length, 0);
  if (length > MARKDOWN_CHARACTERS) {
    errors.push(wrong(`markdown blocks must be less than ${MARKDOWN_CHARACTERS + 1} characters`, base));
  }
  blocks.forEach((block, i) => {
    if (block.type === 'alert' && (block.text?.text.length ?? 0) > ALERT_CHARACTERS) {
      errors.push(wrong(`must be less than ${ALERT_CHARACTERS + 1} characters`, `${base}/${i}/text/text`));
    }
    if (block.type === 'table' && textLength(block.rows) > TABLE_CHARACTERS) {
      errors.push(wrong(`must be less than ${TABLE_CHARACTERS + 1} characters`, `${base}/${i}/rows`));
    }
  });
  return errors;
}

/** @returns how many characters all texts in it have together, wherever they stand */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, inner) => sum + textLength(inner), 0);
  if (!value || typeof value !== 'object') return 0;
  return Object.entries(value).reduce(
    (sum, [name, inner]) =>
      sum + (name === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  );
}
