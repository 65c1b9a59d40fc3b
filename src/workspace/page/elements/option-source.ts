import { ApiError, problem, send } from '../api.ts';
import { channelName, nameOf, state } from '../state.ts';
import type { Spot } from '../surface.ts';
import type { ChannelView, Element, Option, OptionGroup, OutcomeWithOptions } from '../types.ts';

export interface Found {
  value: string;
  label: string;
  note?: string;
  /** The heading below which it stands. */
  group?: string;
}

/** What there is to choose from; `notice` says why there is nothing. */
export interface Findings {
  found: Found[];
  notice?: string;
}

export interface OptionSource {
  find(query: string): Findings | Promise<Findings>;
  /** @returns the words of a value */
  label(value: string): string;
  remember(found: Found): void;
}

/** @returns where a select's options come from, by its type */
export function optionSource(element: Element, spot: Spot): OptionSource {
  const kind = element.type.replace(/^multi_/, '').replace(/_select$/, '');
  if (kind === 'users') return people();
  if (kind === 'channels') return channels((view) => view.kind === 'public' && !view.is_archived);
  if (kind === 'conversations') return channels(conversationFilter(element.filter as Filter | undefined));
  if (kind === 'external') return external(element, spot);
  return given(element);
}

function people(): OptionSource {
  return {
    find: (query) =>
      narrow(
        [...state.people.values()]
          .filter((one) => !one.deleted)
          .map((one) => ({ value: one.id, label: one.real_name, note: `@${one.name}` })),
        query,
      ),
    label: nameOf,
    remember() {},
  };
}

interface Filter {
  include?: string[];
  exclude_external_shared_channels?: boolean;
  exclude_bot_users?: boolean;
}

function conversationFilter(filter: Filter = {}): (view: ChannelView) => boolean {
  return (view) =>
    !view.is_archived &&
    (!filter.include || filter.include.includes(view.kind)) &&
    !(filter.exclude_external_shared_channels && view.is_ext_shared) &&
    !(filter.exclude_bot_users && view.with !== undefined && state.people.get(view.with)?.is_bot);
}

function channels(fits: (view: ChannelView) => boolean): OptionSource {
  const words = (view: ChannelView) => (view.kind === 'im' ? channelName(view) : `#${channelName(view)}`);
  return {
    find: (query) =>
      narrow(
        state.channels.filter(fits).map((view) => ({
          value: view.id,
          label: words(view),
          ...(view.kind === 'private' && { note: 'private' }),
        })),
        query,
      ),
    label: (value) => {
      const view = state.channels.find((one) => one.id === value);
      return view ? words(view) : value;
    },
    remember() {},
  };
}

function given(element: Element): OptionSource {
  const all = flatten(element.options, element.option_groups);
  return {
    find: (query) => narrow(all, query),
    label: (value) => all.find((one) => one.value === value)?.label ?? value,
    remember() {},
  };
}

function external(element: Element, spot: Spot): OptionSource {
  const action = element.action_id ?? '';
  const initial = [element.initial_option, element.initial_options].flat().filter(Boolean) as Option[];
  const known = new Map<string, string>();
  for (const option of [...initial, ...(spot.surface.offered[action] ?? [])])
    known.set(option.value, option.text.text);
  const least = Number(element.min_query_length ?? 3);
  return {
    async find(query) {
      if (query.length < least)
        return { found: [], notice: `Type at least ${least} ${least === 1 ? 'letter' : 'letters'}` };
      try {
        const answer = await send<OutcomeWithOptions>('options', {
          target: spot.surface.target,
          block_id: spot.blockId,
          action_id: action,
          query,
        });
        if (!answer.ok) return { found: [], notice: problem(answer) };
        const found = flatten(answer.options, answer.option_groups);
        for (const one of found) known.set(one.value, one.label);
        return { found, ...(found.length === 0 && { notice: 'Nothing found' }) };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { found: [], notice: error.message };
      }
    },
    label: (value) => known.get(value) ?? value,
    remember: (found) => void known.set(found.value, found.label),
  };
}

function flatten(options: Option[] = [], groups: OptionGroup[] = []): Found[] {
  const one = (option: Option, group?: string): Found => ({
    value: option.value,
    label: option.text.text,
    ...(option.description && { note: option.description.text }),
    ...(group !== undefined && { group }),
  });
  return [
    ...options.map((option) => one(option)),
    ...groups.flatMap((group) => group.options.map((option) => one(option, group.label.text))),
  ];
}

function narrow(all: Found[], query: string): Findings {
  const wanted = query.trim().toLowerCase();
  const found = all.filter((one) => `${one.label} ${one.note ?? ''}`.toLowerCase().includes(wanted));
  return { found, ...(found.length === 0 && { notice: 'Nothing found' }) };
}
