import { extension } from '../files.ts';
import type { Element, Json, StateValues, View } from '../types.ts';
import { placedElements } from './elements.ts';

const EMAIL = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+\.[^\s@<>,;:".]+$/;
export const FILE_BYTES = 10 * 1024 * 1024;

/**
 * What Slack's own client checks before it sends a modal to the app.
 * @param view the modal
 * @param state what is filled in
 * @returns what is wrong, by block id; empty when all is right
 */
export function clientErrors(view: View, state: StateValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, block_id, element, input } of placedElements(view.blocks)) {
    if (!input) continue;
    const entry = state[block_id]?.[element.action_id as string] ?? {};
    const said = isEmpty(entry)
      ? !block.optional && 'Please complete this required field.'
      : fieldError(element, entry);
    if (said) errors[block_id] = said;
  }
  return errors;
}

/** @returns whether nothing was filled in or chosen */
export function isEmpty(entry: Json): boolean {
  const { type: _, timezone: __, ...rest } = entry;
  return Object.values(rest).every(
    (value) =>
      value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0),
  );
}

function fieldError(element: Element, entry: Json): string | undefined {
  const text = typeof entry.value === 'string' ? entry.value : '';
  switch (element.type) {
    case 'plain_text_input':
      return lengthError(text, element);
    case 'email_text_input':
      return EMAIL.test(text) ? undefined : 'Enter a valid email address.';
    case 'url_text_input':
      return isWebAddress(text) ? undefined : 'Enter a valid URL.';
    case 'number_input':
      return numberError(text, element);
    case 'file_input':
      return filesError(entry.files as Json[], element);
    default:
      return countError(entry, element);
  }
}

function lengthError(text: string, element: Element): string | undefined {
  const max = (element.max_length as number | undefined) ?? 3000;
  const min = (element.min_length as number | undefined) ?? 0;
  if (text.length > max) return `Use at most ${max} characters (now ${text.length}).`;
  return text.length < min ? `Use at least ${min} characters (now ${text.length}).` : undefined;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

function numberError(text: string, element: Element): string | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return 'Enter a number.';
  if (!element.is_decimal_allowed && text.includes('.')) return 'Enter a whole number.';
  const { min_value: min, max_value: max } = element as { min_value?: string; max_value?: string };
  if (min !== undefined && Number(text) < Number(min)) return `Enter ${min} or more.`;
  return max !== undefined && Number(text) > Number(max) ? `Enter ${max} or less.` : undefined;
}

function filesError(files: Json[], element: Element): string | undefined {
  const most = (element.max_files as number | undefined) ?? 10;
  if (files.length > most) return most === 1 ? 'Choose one file.' : `Choose at most ${most} files.`;
  return files.map((file) => fileError(String(file.name), Number(file.size), element)).find(Boolean);
}

/** @returns what keeps this file out of this file input, if anything does */
export function fileError(name: string, size: number, element: Element): string | undefined {
  const types = element.filetypes as string[] | undefined;
  if (types && !types.map((t) => t.toLowerCase().replace(/^\./, '')).includes(extension(name))) {
    return `Files of this kind are not taken here, only: ${types.join(', ')}.`;
  }
  return size > FILE_BYTES ? 'The file is larger than 10 MB.' : undefined;
}

function countError(entry: Json, element: Element): string | undefined {
  const most = element.max_selected_items as number | undefined;
  const chosen = Object.values(entry).find(Array.isArray) as unknown[] | undefined;
  return most !== undefined && chosen && chosen.length > most ? `Choose at most ${most}.` : undefined;
}
