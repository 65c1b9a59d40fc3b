import { state } from './state.ts';
import type { Command } from './types.ts';

export interface Suggestion {
  label: string;
  note?: string;
  detail?: string;
  insert: string;
  /** How many characters before the caret it takes the place of. */
  replaces: number;
}

export interface Suggestions {
  suggestions: Suggestion[];
  /** What may follow, when nothing is left to choose from. */
  hint?: string;
}

/**
 * @param before what stands before the caret
 * @returns what could be meant by it
 */
export function suggest(before: string): Suggestions {
  if (before.startsWith('/')) return commands(before, state.start.commands);
  const name = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
  if (!name) return { suggestions: [] };
  return { suggestions: names(name[1] ?? '', (name[2] ?? '').toLowerCase()) };
}

/**
 * @param before begins with `/`
 * @param all the app's commands and the workspace's own
 * @returns commands that begin so, or the words that a command's usage hint names for this place
 */
export function commands(before: string, all: readonly Command[]): Suggestions {
  const [word = '', ...rest] = before.split(' ');
  if (rest.length === 0) {
    const found = all.filter((one) => one.command.startsWith(word));
    return {
      suggestions: found.map((one) => ({
        label: one.command,
        ...(one.usage_hint && { note: shortHint(one.usage_hint) }),
        ...(one.description && { detail: one.description }),
        insert: `${one.command} `,
        replaces: before.length,
      })),
    };
  }
  const command = all.find((one) => one.command === word);
  const slots = hintSlots(command?.usage_hint ?? '');
  const slot = slots[rest.length - 1];
  const typed = rest.at(-1) ?? '';
  if (!slot) return { suggestions: [] };
  const choices = slot.length > 1 ? slot.filter((one) => one.startsWith(typed)) : [];
  const following = slots.slice(rest.length).map((words) => `[${words.join('|')}]`);
  if (choices.length === 0)
    return typed || slot.length > 1 ? { suggestions: [] } : { suggestions: [], hint: `[${slot[0]}]` };
  return {
    suggestions: choices.map((one) => ({
      label: one,
      ...(following.length > 0 && { note: following.join(' ') }),
      insert: `${one} `,
      replaces: typed.length,
    })),
  };
}

/** @returns `[a|b] [name]` as lists of the words of each place */
export function hintSlots(hint: string): string[][] {
  return [...hint.matchAll(/[[<]([^\]>]+)[\]>]|(\S+)/g)].map((match) =>
    (match[1] ?? match[2] ?? '').split('|').map((word) => word.trim()),
  );
}

function shortHint(hint: string): string {
  return hint.length > 48 ? `${hint.slice(0, 47)}…` : hint;
}

function names(sign: string, typed: string): Suggestion[] {
  const all =
    sign === '@'
      ? [...state.people.values()]
          .filter((one) => !one.deleted)
          .map((one) => ({
            label: `@${one.name}`,
            note: one.real_name,
            search: `${one.name} ${one.real_name}`,
          }))
      : state.channels
          .filter((one) => one.kind !== 'im')
          .map((one) => ({ label: `#${one.name}`, note: one.topic ?? '', search: one.name }));
  return all
    .filter((one) => one.search.toLowerCase().includes(typed))
    .slice(0, 8)
    .map(({ label, note }) => ({ label, note, insert: `${label} `, replaces: typed.length + 1 }));
}
