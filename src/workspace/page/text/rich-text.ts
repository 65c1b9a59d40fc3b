import { h } from '../dom.ts';
import type { Element as BlockElement } from '../types.ts';
import { broadcast, channelMention, emoji, link, userMention, type Voice } from './render.ts';
import { time } from './time.ts';

interface Style {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
  underline?: boolean;
  highlight?: boolean;
  client_highlight?: boolean;
}

type Leaf = BlockElement & { style?: Style };

/**
 * @param elements the parts of a `rich_text` block
 * @returns sections, lists, quotes and preformatted text as Slack shows them
 */
export function richText(elements: readonly unknown[], voice: Voice): Node[] {
  return elements.map((part) => container(part as BlockElement, voice));
}

function container(part: BlockElement, voice: Voice): Node {
  const children = (part.elements ?? []) as unknown as Leaf[];
  const border = part.border ? 'bordered' : '';
  switch (part.type) {
    case 'rich_text_section':
      return h('p', { class: 'rich' }, leaves(children, voice));
    case 'rich_text_quote':
      return h('blockquote', null, leaves(children, voice));
    case 'rich_text_preformatted':
      return h('pre', { tabindex: 0, class: border }, leaves(children, voice));
    case 'rich_text_list':
      return list(part, children, voice);
    default:
      return h('p', { class: 'unknown' }, `[${part.type}]`);
  }
}

function list(part: BlockElement, items: Leaf[], voice: Voice): HTMLElement {
  const level = Math.min(Number(part.indent ?? 0), 8);
  const node = h(
    part.style === 'ordered' ? 'ol' : 'ul',
    {
      class: `rich level-${level}${part.border ? ' bordered' : ''}`,
      start: part.style === 'ordered' && part.offset ? Number(part.offset) + 1 : undefined,
    },
    items.map((item) => h('li', null, leaves((item.elements ?? []) as unknown as Leaf[], voice))),
  );
  return node;
}

function leaves(all: Leaf[], voice: Voice): Node[] {
  return all.map((leaf) => styled(leafNode(leaf, voice), leaf.style));
}

function leafNode(leaf: Leaf, voice: Voice): Node {
  switch (leaf.type) {
    case 'text':
      return document.createTextNode(String(leaf.text ?? ''));
    case 'link':
      return link(String(leaf.url), String(leaf.text ?? leaf.url));
    case 'user':
      return userMention(String(leaf.user_id));
    case 'usergroup':
      return h('span', { class: 'mention' }, `@${leaf.usergroup_id}`);
    case 'team':
      return h('span', { class: 'mention' }, String(leaf.team_id));
    case 'channel':
      return channelMention(String(leaf.channel_id));
    case 'emoji':
      return emoji(String(leaf.name));
    case 'broadcast':
      return broadcast(String(leaf.range), voice);
    case 'date':
      return time(
        Number(leaf.timestamp),
        String(leaf.format),
        String(leaf.fallback ?? ''),
        leaf.url as string | undefined,
      );
    case 'color':
      return color(String(leaf.value));
    default:
      return h('span', { class: 'unknown' }, `[${leaf.type}]`);
  }
}

function color(value: string): Node {
  const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.style.backgroundColor = value;
  return h('span', null, swatch, value);
}

function styled(node: Node, style: Style | undefined): Node {
  if (!style) return node;
  let wrapped = node;
  if (style.code) wrapped = h('code', null, wrapped);
  if (style.bold) wrapped = h('strong', null, wrapped);
  if (style.italic) wrapped = h('em', null, wrapped);
  if (style.underline) wrapped = h('u', null, wrapped);
  if (style.strike) wrapped = h('s', null, wrapped);
  if (style.highlight || style.client_highlight) wrapped = h('mark', null, wrapped);
  return wrapped;
}
