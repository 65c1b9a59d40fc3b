/**
 * What the service says, without knowing where it is shown. `slack/` turns it into blocks in which
 * people's words are inert; a web page or a mail could be made of it as well.
 */

/** A piece of a sentence. A plain string is people's or our words, always shown as they are. */
export type Piece =
  | string
  | { bold: string }
  | { person: string }
  | { channel: string }
  /** A moment as each reader's clock shows it; `exact` with its seconds. */
  | { time: Date; exact?: true }
  | { code: string }
  | { link: string; text: string };

export type Words = Piece | Piece[];

/**
 * A button. `go` says what pressing it does: `open` the modal of an operation or show a reading in
 * full, `do` it at once, `page` through a list. `args` are ids, never people's words.
 */
export interface Step {
  label: string;
  go: 'open' | 'show' | 'do' | 'decide';
  /** An operation's or reading's kind; with `decide`: approve, reject or withdraw. */
  kind: string;
  args: StepArgs;
  style?: 'primary' | 'danger';
}

export interface StepArgs {
  team?: string;
  domain?: string;
  connection?: string;
  request?: string;
  deletion?: string;
  /** Where a list goes on: an opaque keyset position. */
  after?: string;
  [more: string]: string | undefined;
}

export type Part =
  | { type: 'heading'; text: string }
  | { type: 'text'; words: Words }
  /** Quiet, smaller words below something. */
  | { type: 'note'; words: Words }
  | { type: 'fields'; rows: [label: string, value: Words][] }
  /** A value to copy: in full, alone on its line. */
  | { type: 'copy'; label: string; value: string }
  | { type: 'list'; items: ListItem[] }
  | { type: 'progress'; done: number; total: number; words: string }
  | { type: 'ticks'; items: { done: boolean; words: Words }[] }
  | { type: 'steps'; steps: Step[] }
  | { type: 'divider' };

export interface ListItem {
  words: Words;
  note?: Words;
  step?: Step;
}

/** `text` says the same as the parts, in one line, for notifications and screen readers. */
export interface Document {
  text: string;
  parts: Part[];
}

/**
 * The simplest document: a sentence, and the steps that may follow it.
 * @param words the sentence
 * @param steps buttons below it
 */
export function say(words: Words, steps: Step[] = []): Document {
  const parts: Part[] = [{ type: 'text', words }];
  if (steps.length > 0) parts.push({ type: 'steps', steps });
  return { text: plain(words), parts };
}

/**
 * @param words any words
 * @returns them as plain text; people as Slack ids, times to the minute in UTC
 */
export function plain(words: Words): string {
  const pieces = Array.isArray(words) ? words : [words];
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if ('bold' in piece) return piece.bold;
      if ('person' in piece) return `@${piece.person}`;
      if ('channel' in piece) return `#${piece.channel}`;
      if ('time' in piece) return `${piece.time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
      if ('code' in piece) return piece.code;
      return piece.text;
    })
    .join('');
}
