import type { Element, Json, Option } from '../types.ts';
import { optionsOf } from './elements.ts';

/** What values may refer to besides the blocks themselves. */
export interface ValueSources {
  /** Options the app offered for external selects, by action id. */
  offered: Record<string, Option[]>;
  /** @returns a file as Slack shows it, or undefined */
  file(id: string): Json | undefined;
  /** @returns whether this person, channel or conversation is offered by such a select */
  mayChoose(element: Element, id: string): boolean;
}

/** Which member of a state entry holds an element's value, and whether it is a list. */
const MEMBER: Record<string, string> = {
  plain_text_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  number_input: 'value',
  rich_text_input: 'rich_text_value',
  file_input: 'files',
  checkboxes: 'selected_options',
  radio_buttons: 'selected_option',
  overflow: 'selected_option',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  static_select: 'selected_option',
  external_select: 'selected_option',
  users_select: 'selected_user',
  conversations_select: 'selected_conversation',
  channels_select: 'selected_channel',
  multi_static_select: 'selected_options',
  multi_external_select: 'selected_options',
  multi_users_select: 'selected_users',
  multi_conversations_select: 'selected_conversations',
  multi_channels_select: 'selected_channels',
};

/** Which member of an element holds what it shows at first. */
const INITIAL = [
  'initial_value',
  'initial_option',
  'initial_options',
  'initial_date',
  'initial_time',
  'initial_date_time',
  'initial_user',
  'initial_users',
  'initial_channel',
  'initial_channels',
  'initial_conversation',
  'initial_conversations',
];

/**
 * @param element an interactive element
 * @param plain what a person filled in (see INTERFACE.md, "Values"); undefined for the initial value
 * @returns its entry in `state.values`, or the value part of an action
 * @throws RangeError when a chosen option is not offered
 */
export function stateEntry(element: Element, plain: unknown, sources: ValueSources): Json {
  const member = MEMBER[element.type];
  if (!member) return { type: element.type };
  const value = plain === undefined ? initialValue(element) : fromPlain(element, plain, sources);
  const list = member.startsWith('selected_') && member.endsWith('s');
  const empty = list || member === 'files' ? [] : null;
  return {
    type: element.type,
    [member]: value === undefined || value === '' ? empty : value,
    ...(element.type === 'timepicker' && element.timezone ? { timezone: element.timezone } : {}),
  };
}

/** @returns what an entry of `state.values` says in plain form */
export function plainValue(entry: Json): unknown {
  const member = MEMBER[String(entry.type)] ?? '';
  const value = entry[member];
  if (Array.isArray(value)) return value.map((one) => plainOne(one));
  return value === null && member === 'value' ? '' : plainOne(value);
}

/** An option goes by its value, a file by its id, the rest is plain already. */
function plainOne(one: unknown): unknown {
  if (!one || typeof one !== 'object') return one ?? null;
  const { value, mimetype, id } = one as Json;
  return value ?? (mimetype ? id : one);
}

function initialValue(element: Element): unknown {
  const name = INITIAL.find((n) => element[n] !== undefined);
  return name && element[name];
}

function fromPlain(element: Element, plain: unknown, sources: ValueSources): unknown {
  if (plain === null || plain === '') return undefined;
  const { type } = element;
  if (MEMBER[type] === 'selected_option') return optionFor(element, plain, sources);
  if (MEMBER[type] === 'selected_options') return list(plain).map((one) => optionFor(element, one, sources));
  if (type === 'file_input') {
    return list(plain).map((id) => {
      const file = sources.file(String(id));
      if (!file) throw new RangeError(`There is no file ${String(id)}`);
      return file;
    });
  }
  if (type === 'rich_text_input') return typeof plain === 'string' ? richText(plain) : plain;
  if (type === 'datetimepicker') return Number(plain);
  if (/_(users|channels|conversations)_select$|^(users|channels|conversations)_select$/.test(type)) {
    return chosenId(element, plain, sources);
  }
  return String(plain);
}

function chosenId(element: Element, plain: unknown, sources: ValueSources): string | string[] {
  const ids = list(plain).map(String);
  const wrong = ids.find((id) => !sources.mayChoose(element, id));
  if (wrong) throw new RangeError(`“${wrong}” is not offered by ${element.action_id}`);
  return element.type.startsWith('multi_') ? ids : (ids[0] as string);
}

function list(plain: unknown): unknown[] {
  return Array.isArray(plain) ? plain : [plain];
}

/** An option is named by its value, or by its text where no value fits. */
function optionFor(element: Element, plain: unknown, sources: ValueSources): Option {
  const external = element.type.includes('external');
  const initial = external
    ? [element.initial_option, ...((element.initial_options as Option[]) ?? [])].filter(Boolean)
    : [];
  const known = external
    ? [...(sources.offered[element.action_id ?? ''] ?? []), ...(initial as Option[])]
    : optionsOf(element);
  const wanted = typeof plain === 'object' ? (plain as Option).value : String(plain);
  const found = known.find((o) => o.value === wanted) ?? known.find((o) => o.text.text === wanted);
  if (!found) {
    const names = known.map((o) => `${o.value} (${o.text.text})`).join(', ');
    throw new RangeError(`“${wanted}” is not among the options of ${element.action_id}: ${names || 'none'}`);
  }
  return found;
}

function richText(text: string): Json {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}
