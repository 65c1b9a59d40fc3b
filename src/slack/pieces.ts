import type { Piece, Words } from '../words/document.ts';
import { escaped, seen, shorten } from './inert.ts';
import { LIMITS } from './limits.ts';

/** A leaf of a `rich_text` block. Its text is never parsed by Slack, so people's words stay words in it. */
export type Leaf =
  | { type: 'text'; text: string; style?: { bold?: true; code?: true } }
  | { type: 'user'; user_id: string }
  | { type: 'channel'; channel_id: string }
  | { type: 'date'; timestamp: number; format: string; fallback: string }
  | { type: 'link'; url: string; text: string };

/** How a moment is shown to each reader in their own zone (docs: "Date formatting"). */
const DATE_FORMAT = '{date_short_pretty} at {time}';
const EXACT_FORMAT = '{date_short_pretty} at {time_secs}';

const USER = /^[UW][A-Z0-9]+$/;
const CHANNEL = /^[CG][A-Z0-9]+$/;

/**
 * @param words what to show
 * @returns leaves for a `rich_text` section, without empty texts
 */
export function leaves(words: Words): Leaf[] {
  const pieces = Array.isArray(words) ? words : [words];
  return pieces.map(leaf).filter((l) => l.type !== 'text' || l.text !== '');
}

function leaf(piece: Piece): Leaf {
  if (typeof piece === 'string') return text(piece);
  if ('bold' in piece) return { ...text(piece.bold), style: { bold: true } };
  if ('code' in piece) return { ...text(piece.code), style: { code: true } };
  if ('person' in piece) {
    return USER.test(piece.person) ? { type: 'user', user_id: piece.person } : text(piece.person);
  }
  if ('channel' in piece) {
    return CHANNEL.test(piece.channel) ? { type: 'channel', channel_id: piece.channel } : text(piece.channel);
  }
  if ('time' in piece) return date(piece.time, piece.exact ? EXACT_FORMAT : DATE_FORMAT);
  return webLink(piece.link) ? { type: 'link', url: piece.link, text: seen(piece.text) } : text(piece.text);
}

/** A plain text leaf. */
export function text(words: string): Leaf & { type: 'text' } {
  return { type: 'text', text: seen(words) };
}

function date(time: Date, format: string): Leaf {
  const fallback = time.toISOString().replace('T', ' ').slice(0, 16);
  const timestamp = Math.max(0, Math.floor(time.getTime() / 1000));
  return { type: 'date', timestamp, format, fallback: `${fallback} UTC` };
}

function webLink(link: string): boolean {
  return /^(https?|mailto):/i.test(link) && URL.canParse(link) && link.length <= LIMITS.plainText;
}

/**
 * @param words what to show where only `plain_text` stands
 * @returns them as text, or null when a piece (a person, a channel, a moment, a link) needs more than that
 */
export function onlyText(words: Words): string | null {
  const found = leaves(words);
  return found.every((l) => l.type === 'text')
    ? found.map((l) => (l as { text: string }).text).join('')
    : null;
}

type ContextElement =
  | { type: 'plain_text'; text: string; emoji: false }
  | { type: 'mrkdwn'; text: string; verbatim: true };

/**
 * Elements of a context block: people's words as `plain_text`, ids and moments as mrkdwn made of nothing else.
 * @param words what to show
 * @returns at least one and at most ten elements, or null when it takes more
 */
export function contextElements(words: Words): ContextElement[] | null {
  const elements: ContextElement[] = [];
  for (const found of leaves(words)) {
    const last = elements.at(-1);
    if (found.type === 'text') {
      if (last?.type === 'plain_text') last.text = shorten(last.text + found.text, LIMITS.plainText);
      else elements.push({ type: 'plain_text', text: shorten(found.text, LIMITS.plainText), emoji: false });
    } else if (found.type === 'user') elements.push(ours(`<@${found.user_id}>`));
    else if (found.type === 'channel') elements.push(ours(`<#${found.channel_id}>`));
    else if (found.type === 'date') {
      elements.push(ours(`<!date^${found.timestamp}^${found.format}|${found.fallback}>`));
    } else return null;
  }
  const visible = elements.filter((e) => e.text.trim() !== '');
  return visible.length > 0 && visible.length <= LIMITS.contextElements ? visible : null;
}

/**
 * Words for the `text` of a message: people's words escaped, ids and moments as markup of our own.
 * @param words what to say
 */
export function markup(words: Words): string {
  return leaves(words)
    .map((found) => {
      if (found.type === 'user') return `<@${found.user_id}>`;
      if (found.type === 'channel') return `<#${found.channel_id}>`;
      if (found.type === 'date') return `<!date^${found.timestamp}^${found.format}|${found.fallback}>`;
      return escaped(found.text);
    })
    .join('');
}

/** Our own mrkdwn: made of ids and numbers only. */
function ours(markup: string): ContextElement {
  return { type: 'mrkdwn', text: markup, verbatim: true };
}
