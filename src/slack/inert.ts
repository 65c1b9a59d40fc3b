/** Making people's words harmless where Slack shows them, and short enough for where they stand. */

/**
 * Characters that change how the words around them are read: controls other than tab and line feed, bidi overrides
 * and isolates, zero-width spaces, soft hyphens, tag characters. Joiners stay: emoji and some scripts need them.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/**
 * @param words anything
 * @returns the words without characters that cannot be seen or are halves of one; line feeds stay
 */
export function seen(words: string): string {
  return words
    .replace(/\r\n?/g, '\n')
    .replace(UNSEEN, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * Cuts visibly. Never between the halves of a surrogate pair.
 * @param words what to show
 * @param max the most UTF-16 units, which is what Slack counts at most
 * @returns the words, ending in an ellipsis when something was cut
 */
export function shorten(words: string, max: number): string {
  if (words.length <= max) return words;
  const cut = words.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/**
 * Shortens a name in its middle, since both ends of a domain or an address tell it apart.
 * @param name a domain, address or other name
 * @param max the most UTF-16 units
 */
export function shortenName(name: string, max: number): string {
  if (name.length <= max) return name;
  const tail = Math.floor((max - 1) / 2);
  return `${shorten(name, max - tail)}${name.slice(name.length - tail).replace(/^[\udc00-\udfff]/, '')}`;
}

/**
 * Escapes what Slack's mrkdwn gives a meaning (docs: "Formatting message text", Escaping text), for the `text` of a
 * message: no mention, no link and no special token can come of it.
 * @param words anything
 */
export function escaped(words: string): string {
  return seen(words).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Text that Slack shows as it is: no markup, no emoji made of `:words:`. */
export interface PlainText {
  type: 'plain_text';
  text: string;
  emoji: false;
}

/**
 * @param words what to show; Slack refuses an empty text, so a dash stands for nothing
 * @param max the most UTF-16 units
 * @param cut how it is shortened
 */
export function plainText(words: string, max: number, cut = shorten): PlainText {
  return { type: 'plain_text', text: cut(seen(words).trim(), max) || '–', emoji: false };
}
