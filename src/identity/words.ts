/**
 * Characters that cannot be seen: control, format (zero-width, bidi, soft hyphen) and default-ignorable ones
 * (Unicode DerivedCoreProperties). A name that holds one looks like another name, so it is refused.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** `<target>` or `<target|label>`: how a chat writes an address or a link that it recognised in typed text. */
const CHAT_LINK = /<((?:https?:\/\/|mailto:|tel:)[^<>|]*)(?:\|[^<>]*)?>/gi;

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/**
 * Gives back what a person typed, out of what a chat or a word processor made of it: links unwrapped to their
 * target, HTML entities decoded once, curly quotes made straight, white space at the ends removed.
 * @param text the words as received
 * @returns the words as typed; never longer than they came
 */
export function plainWords(text: string): string {
  const plain = text
    .replace(CHAT_LINK, (_, target: string) => target.replace(/^(?:mailto|tel):/i, ''))
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/[\u2018\u2019\u201a\u201b\u2032\u02bc]/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"');
  return trimmed(plain);
}

/** `trim` would take off zero-width marks too, and a name that holds one must be refused. */
function trimmed(text: string): string {
  const blank = (at: number) => ' \t\r\n\u00a0'.includes(text.charAt(at));
  let from = 0;
  let to = text.length;
  while (from < to && blank(from)) from += 1;
  while (to > from && blank(to - 1)) to -= 1;
  return text.slice(from, to);
}

/**
 * @param text any words
 * @returns whether they hold a character that cannot be seen
 */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}

/**
 * Takes off quotation marks, backticks and angle brackets that enclose the whole.
 * @param text plain words
 * @returns what stands between
 */
export function unquoted(text: string): string {
  const pairs: Record<string, string> = { '"': '"', "'": "'", '`': '`', '<': '>', '(': ')' };
  let rest = text;
  while (rest.length >= 2 && pairs[rest[0] as string] === rest[rest.length - 1])
    rest = rest.slice(1, -1).trim();
  return rest;
}

/**
 * Shortens people's words so that a refusal that quotes them stays readable.
 * @param text any words
 * @param max the most characters to keep
 * @returns the words without unseen characters, with an ellipsis where something was cut
 */
export function quotable(text: string, max = 80): string {
  const seen = text.slice(0, max * 8).replace(new RegExp(UNSEEN, 'gu'), '');
  const characters = [...seen];
  return characters.length > max || text.length > max * 8
    ? `${characters.slice(0, max - 1).join('')}…`
    : seen;
}
