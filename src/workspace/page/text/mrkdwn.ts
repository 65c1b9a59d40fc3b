/** A piece of mrkdwn, read. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { type: 'code'; text: string }
  | { type: 'break' }
  | { type: 'emoji'; name: string }
  | { type: 'user'; id: string; token: string }
  | { type: 'channel'; id: string; label?: string; token: string }
  | { type: 'group'; id: string; label?: string; token: string }
  | { type: 'broadcast'; range: string; token: string }
  | { type: 'date'; seconds: number; format: string; link?: string; fallback: string; token: string }
  | { type: 'link'; url: string; text: string; token?: string };

export type Chunk =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'quote'; children: Inline[] }
  | { type: 'preformatted'; text: string };

/**
 * Reads Slack's mrkdwn: https://docs.slack.dev/messaging/formatting-message-text
 * @param source the text as the API holds it: `&`, `<` and `>` escaped
 * @param verbatim true: bare addresses stay plain words
 * @returns paragraphs, quotes and preformatted parts
 */
export function parseMrkdwn(source: string, verbatim = false): Chunk[] {
  const chunks: Chunk[] = [];
  for (const [at, part] of source.split('```').entries()) {
    const closed = at % 2 === 1 && source.split('```').length > at + 1;
    if (closed) chunks.push({ type: 'preformatted', text: plainTokens(part.replace(/^\n|\n$/g, '')) });
    else lines(at % 2 === 1 ? `\`\`\`${part}` : part, verbatim, chunks);
  }
  return chunks;
}

/** @returns text with Slack's three entities read back */
export function decode(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

function lines(text: string, verbatim: boolean, chunks: Chunk[]): void {
  let kind: 'quote' | 'paragraph' | null = null;
  let held: string[] = [];
  const flush = () => {
    const words = held.join('\n').replace(kind === 'paragraph' ? /^\n|\n$/g : /$^/, '');
    if (kind && (words || kind === 'quote')) chunks.push({ type: kind, children: inline(words, verbatim) });
    held = [];
  };
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>)(?!&gt;&gt;) ?/.exec(line);
    const next = quoted ? 'quote' : 'paragraph';
    if (next !== kind) {
      flush();
      kind = next;
    }
    held.push(quoted ? line.slice(quoted[0].length) : line);
  }
  flush();
}

const TOKEN = /<([^<>]+)>/;
const CODE = /`([^`\n]+)`/;
const EMOJI = /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/;
const STYLE = /(?<![\p{L}\p{N}\\])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;
const BARE = /(?<![\p{L}\p{N}@/])(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)'"\]])/u;
const MAIL = /(?<![\p{L}\p{N}.])([\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})/iu;

/**
 * @param source mrkdwn within a line or several
 * @param verbatim true: bare addresses stay plain words
 */
export function inline(source: string, verbatim: boolean): Inline[] {
  const patterns: [RegExp, (match: RegExpExecArray) => Inline][] = [
    [TOKEN, (match) => token(match[1] ?? '', match[0])],
    [CODE, (match) => ({ type: 'code', text: plainTokens(match[1] ?? '') })],
    [STYLE, (match) => ({ type: styleOf(match[1]), children: inline(match[2] ?? '', verbatim) })],
    [EMOJI, (match) => ({ type: 'emoji', name: match[1] ?? '' })],
  ];
  if (!verbatim) {
    patterns.push([BARE, (match) => link(decode(match[1] ?? ''), decode(match[1] ?? ''))]);
    patterns.push([MAIL, (match) => link(`mailto:${match[1]}`, match[1] ?? '')]);
  }
  const found: Inline[] = [];
  let rest = source;
  while (rest) {
    let first: { match: RegExpExecArray; make: (match: RegExpExecArray) => Inline } | undefined;
    for (const [pattern, make] of patterns) {
      const match = pattern.exec(rest);
      if (match && (!first || match.index < first.match.index)) first = { match, make };
    }
    if (!first) break;
    plain(rest.slice(0, first.match.index), found);
    found.push(first.make(first.match));
    rest = rest.slice(first.match.index + first.match[0].length);
  }
  plain(rest, found);
  return found;
}

function plain(text: string, into: Inline[]): void {
  for (const [at, line] of text.split('\n').entries()) {
    if (at > 0) into.push({ type: 'break' });
    if (line) into.push({ type: 'text', text: decode(line) });
  }
}

function styleOf(mark: string | undefined): 'bold' | 'italic' | 'strike' {
  return mark === '*' ? 'bold' : mark === '_' ? 'italic' : 'strike';
}

function link(url: string, text: string, whole?: string): Inline {
  return { type: 'link', url, text, ...(whole && { token: whole }) };
}

/** What stands between `<` and `>`. */
function token(inner: string, whole: string): Inline {
  const bar = inner.indexOf('|');
  const head = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : decode(inner.slice(bar + 1));
  if (/^@[UWB]/.test(head)) return { type: 'user', id: head.slice(1), token: whole };
  if (/^#[CDG]/.test(head))
    return { type: 'channel', id: head.slice(1), ...(label && { label }), token: whole };
  if (head.startsWith('!subteam^'))
    return { type: 'group', id: head.slice(9), ...(label && { label }), token: whole };
  if (head.startsWith('!date^')) {
    const [seconds = '', format = '', target] = decode(head).slice(6).split('^');
    return {
      type: 'date',
      seconds: Number(seconds),
      format,
      ...(target && { link: target }),
      fallback: label ?? format,
      token: whole,
    };
  }
  if (head.startsWith('!')) return { type: 'broadcast', range: head.slice(1), token: whole };
  return link(decode(head), label ?? decode(head).replace(/^mailto:/, ''), whole);
}

/** In code, tokens lose their angle brackets and mean nothing. */
function plainTokens(text: string): string {
  return decode(
    text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, head: string, label?: string) => label || head),
  );
}
