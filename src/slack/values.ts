import type { Field, Option } from '../operations/operation.ts';
import { type Prefill, TICKED } from './fields.ts';

/** `view.state.values` as Slack sends it: by block id, then action id. */
export type StateValues = Record<string, Record<string, StateValue> | undefined>;

interface StateValue {
  value?: string | null;
  selected_option?: SelectedOption | null;
  selected_options?: SelectedOption[];
  selected_users?: string[];
  selected_conversation?: string | null;
  files?: SlackFile[] | null;
}

interface SelectedOption {
  value: string;
  text?: { text: string };
}

/** A file in Slack, as far as it is read. */
export interface SlackFile {
  id: string;
  name?: string;
  size?: number;
  url_private?: string;
  url_private_download?: string;
  permalink?: string;
}

/**
 * Reads what a person filled in.
 * @param fields the operation's fields
 * @param values the view's state
 * @returns raw input by field name: text, ids, a boolean for a box; empty ones are left out. Files are not in it
 */
export function rawInput(fields: Field[], values: StateValues): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    const value = read(field, values);
    if (value !== undefined) input[field.name] = value;
  }
  return input;
}

function read(field: Field, values: StateValues): unknown {
  const state = values[field.name]?.[field.name];
  switch (field.type) {
    case 'text':
      return joined(field.name, values);
    case 'email':
    case 'url':
      return state?.value || undefined;
    case 'choice':
    case 'radio':
      return state?.selected_option?.value;
    case 'check':
      return state ? (state.selected_options ?? []).some((o) => o.value === TICKED) : undefined;
    case 'search':
      return field.many ? state?.selected_options?.map((o) => o.value) : state?.selected_option?.value;
    case 'people':
      return state?.selected_users;
    case 'channel':
      return state?.selected_conversation ?? undefined;
    case 'files':
      return undefined;
  }
}

/** Many lines may have been given in several inputs; see `fields.ts`. */
function joined(name: string, values: StateValues): string | undefined {
  const parts: string[] = [];
  for (let i = 1; ; i++) {
    const id = i === 1 ? name : `${name}#${i}`;
    const state = values[id]?.[id];
    if (!state) break;
    if (state.value) parts.push(state.value);
  }
  return parts.length > 0 ? parts.join('\n') : undefined;
}

/**
 * @param field a field for files
 * @param values the view's state
 * @returns the files chosen in it
 */
export function chosenFiles(field: Field, values: StateValues): SlackFile[] {
  return field.type === 'files' ? (values[field.name]?.[field.name]?.files ?? []) : [];
}

/**
 * @param fields the operation's fields
 * @param values the view's state
 * @returns what the same form begins with when it is shown again
 */
export function filledIn(fields: Field[], values: StateValues): Prefill {
  const prefill: Prefill = rawInput(fields, values);
  for (const field of fields) {
    if (field.type !== 'search') continue;
    const state = values[field.name]?.[field.name];
    const chosen = state?.selected_options ?? (state?.selected_option ? [state.selected_option] : []);
    prefill[field.name] = chosen.map((o): Option => ({ value: o.value, label: o.text?.text ?? o.value }));
  }
  return prefill;
}
