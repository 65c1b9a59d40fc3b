import { h, safeUrl } from '../dom.ts';
import { icon } from '../icons.ts';
import { channel, channelName, nameOf, person } from '../state.ts';
import type { TextObject } from '../types.ts';
import { emojiOf } from './emoji.ts';
import { type Inline, inline, parseMrkdwn } from './mrkdwn.ts';
import { time } from './time.ts';

/** Whose words they are, and which of their tokens a person typed. */
export interface Voice {
  byApp: boolean;
  leaks: ReadonlySet<string>;
}

/** Words that nobody must find a mention in. */
export const QUIET: Voice = { byApp: false, leaks: new Set() };

/**
 * @param text a text object of Block Kit
 * @returns its words: mrkdwn read, plain text as it is (emoji names aside)
 */
export function textObject(text: TextObject | undefined, voice: Voice): Node[] {
  if (!text) return [];
  if (text.type === 'mrkdwn') return mrkdwn(text.text, voice, text.verbatim === true);
  return plainText(text.text, text.emoji !== false);
}

/** @returns plain words with emoji names shown as emoji, line breaks kept */
export function plainText(text: string, emoji = true): Node[] {
  const parts = emoji ? text.split(/(:[a-z0-9_+-]+:)/) : [text];
  return parts.filter(Boolean).map((part) => {
    const sign = /^:[^:]+:$/.test(part) ? emojiOf(part.slice(1, -1)) : undefined;
    return document.createTextNode(sign ?? part);
  });
}

/** @returns mrkdwn as it is read in Slack */
export function mrkdwn(text: string, voice: Voice, verbatim = false): Node[] {
  return parseMrkdwn(text, verbatim).map((chunk) => {
    if (chunk.type === 'preformatted') return h('pre', { tabindex: 0 }, chunk.text);
    const tag = chunk.type === 'quote' ? 'blockquote' : 'p';
    return h(tag, null, ...chunk.children.map((piece) => renderInline(piece, voice)));
  });
}

/** @returns mrkdwn within a line: no paragraphs */
export function mrkdwnLine(text: string, voice: Voice): Node[] {
  return inline(text, false).map((piece) => renderInline(piece, voice));
}

function renderInline(piece: Inline, voice: Voice): Node {
  const token = 'token' in piece && piece.token ? piece.token : piece.type === 'link' ? piece.url : '';
  const leaked = voice.leaks.has(token);
  switch (piece.type) {
    case 'text':
      return document.createTextNode(piece.text);
    case 'break':
      return h('br');
    case 'code':
      return h('code', null, piece.text);
    case 'bold':
      return h('strong', null, ...piece.children.map((child) => renderInline(child, voice)));
    case 'italic':
      return h('em', null, ...piece.children.map((child) => renderInline(child, voice)));
    case 'strike':
      return h('s', null, ...piece.children.map((child) => renderInline(child, voice)));
    case 'emoji':
      return emoji(piece.name);
    case 'user':
      return userMention(piece.id, leaked);
    case 'channel':
      return channelMention(piece.id, piece.label, leaked);
    case 'group':
      return mention(`@${piece.label ?? piece.id}`, leaked);
    case 'broadcast':
      return broadcast(piece.range, voice, leaked);
    case 'date':
      return time(piece.seconds, piece.format, piece.fallback, piece.link);
    case 'link':
      return link(piece.url, piece.text, leaked);
  }
}

/** @returns an emoji, or its name when it is none we know */
export function emoji(name: string): Node {
  const sign = emojiOf(name);
  if (!sign) return document.createTextNode(`:${name}:`);
  return h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' ') }, sign);
}

/** @returns a mention of a person; of oneself it stands out */
export function userMention(id: string, leaked = false): HTMLElement {
  return mention(`@${nameOf(id)}`, leaked, id === person()?.id);
}

/** @returns a link to a channel the reader sees, or the name of one that they do not */
export function channelMention(id: string, label?: string, leaked = false): HTMLElement {
  const found = channel(id);
  if (!found) return mention(label ? `#${label}` : '#private channel', leaked);
  const node = h('a', { class: 'mention', href: `#/${id}` }, `#${channelName(found)}`);
  return leaked ? leak(node) : node;
}

/** @returns a mention of everybody; in the app's words always marked, since this app never means it */
export function broadcast(range: string, voice: Voice, leaked = false): HTMLElement {
  return mention(`@${range}`, leaked || voice.byApp, true);
}

function mention(words: string, leaked: boolean, me = false): HTMLElement {
  const node = h('span', { class: me ? 'mention me' : 'mention' }, words);
  return leaked ? leak(node) : node;
}

/** Marks what became real out of a person's words. Words as well as colour. */
function leak(node: HTMLElement): HTMLElement {
  const words = 'Leak: this came out of a person’s words and is real in Slack';
  node.classList.add('leak');
  node.setAttribute('title', words);
  return h('span', { class: 'leaked' }, icon('alert'), h('span', { class: 'unseen' }, `${words}: `), node);
}

/**
 * @param url an address out of somebody's words; only web and mail addresses become a link
 * @param text what it reads
 */
export function link(url: string, text: string, leaked = false): HTMLElement {
  const href = safeUrl(url);
  if (!href) return h('span', { class: 'no-link', title: 'Not a web address' }, text || url);
  const own = ownPlace(href);
  const node = own
    ? h('a', { href: own }, text)
    : h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);
  return leaked ? leak(node) : node;
}

/** A permalink into this workspace opens here. */
function ownPlace(href: string): string | null {
  const url = new URL(href);
  const match = /\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  if (!match || url.origin !== location.origin) return null;
  return `#/${match[1]}/${match[2]}.${match[3]}`;
}
