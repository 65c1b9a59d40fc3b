import type { Json } from './types.ts';

/** What mrkdwn would turn into something real: mentions and links in angle brackets, and bare addresses. */
const TOKEN = /<[^<>\s][^<>]*>|https?:\/\/[^\s<>|"]+/g;
/** The same in a file, where most that stands in angle brackets is markup. */
const IN_FILE = /<(?:[@#!]|https?:|mailto:)[^<>]*>/g;
const KEPT = 2000;

/**
 * Remembers which tokens people wrote (in commands, in fields of modals, in files), so that the page can show where the
 * app let one of them become real. Kept in memory alone.
 */
export class TypedTokens {
  readonly #tokens = new Set<string>();

  /**
   * Takes the tokens out of what is about to be sent to the app.
   * @param kind of what a person did
   * @param payload as the app gets it
   */
  hear(kind: string, payload: Json): void {
    const state = ((payload.view as Json | undefined)?.state ?? payload.state) as Json | undefined;
    const typed = kind === 'command' ? [payload.text] : strings(state?.values);
    for (const words of typed) {
      for (const token of String(words ?? '').match(TOKEN) ?? []) this.#keep(token);
    }
  }

  /** @param text of a file that a person hands in */
  read(text: string): void {
    for (const token of text.match(IN_FILE) ?? []) this.#keep(token);
  }

  /**
   * @param content a message or a view
   * @returns the tokens in its mrkdwn that a person typed; nothing for other people's messages
   */
  in(content: object): string[] {
    if (this.#tokens.size === 0) return [];
    const { text, blocks, user, bot_id: app } = content as Json;
    if (user !== undefined && app === undefined) return [];
    const words = [
      ...(Array.isArray(blocks) ? mrkdwnOf(blocks) : []),
      ...(typeof text === 'string' ? [text] : []),
    ];
    const found = words.flatMap((one) => one.match(TOKEN) ?? []).filter((token) => this.#tokens.has(token));
    return [...new Set(found)];
  }

  #keep(token: string): void {
    this.#tokens.add(token);
    const [oldest] = this.#tokens;
    if (this.#tokens.size > KEPT && oldest !== undefined) this.#tokens.delete(oldest);
  }
}

/** Every text that is read as mrkdwn, at any depth. */
function mrkdwnOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (!value || typeof value !== 'object') return [];
  const { type, text } = value as Json;
  if (type === 'mrkdwn' && typeof text === 'string') return [text];
  return Object.values(value).flatMap(mrkdwnOf);
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (!value || typeof value !== 'object') return [];
  return Object.values(value).flatMap(strings);
}
