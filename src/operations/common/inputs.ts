import { z } from 'zod';
import { parseDomainName } from '../../identity/domain-name.ts';
import { plainWords } from '../../identity/words.ts';
import type { Field } from '../operation.ts';

/** Why something is done: said on the card, in the channel and in the audit trail. */
export const reason = z
  .string({ error: 'Say why, in a few words.' })
  .trim()
  .min(1, 'Say why, in a few words.')
  .max(500, 'Use at most 500 characters.');

export const reasonField: Field = {
  name: 'reason',
  label: 'Reason',
  hint: 'The approvers and the notifications channel read it.',
  type: 'text',
  lines: 'many',
  max: 500,
};

/** The id of a row, as a button or a select gives it. */
export const id = z.string().min(1).max(100);

/** What was typed to confirm; compared with the name by `confirms`. */
export const typed = z.string({ error: 'Type the name to confirm.' }).max(500, 'This is not the name.');

/**
 * Whether a person typed a domain's name to confirm.
 * @param words what was typed: any case, spaces, a trailing dot, a link the chat made of it
 * @param domain the name in ASCII
 */
export function confirmsDomain(words: string, domain: string): boolean {
  const parsed = parseDomainName(plainWords(words).replace(/[ \t\r\n\u00a0]+/g, ''));
  return parsed.ok && parsed.name === domain;
}

/**
 * Splits what was written one a line. Commas and semicolons part things as well, since people paste lists.
 * @param text the words of a field of many lines
 * @returns the pieces that are not empty, in order
 */
export function lines(text: string): string[] {
  return text
    .split(/[\n\r,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * Joins what is wrong with lines into words for under the field.
 * @param problems one sentence for each bad line
 * @param most how many are told in full
 */
export function problemsTold(problems: string[], most = 5): string {
  const more = problems.length - most;
  return [
    ...problems.slice(0, most),
    ...(more > 0 ? [`And ${more.toLocaleString('en-US')} more like these.`] : []),
  ].join('\n');
}
