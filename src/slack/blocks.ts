import type { KnownBlock } from '@slack/types';
import { type Document, type ListItem, type Part, plain, type Words } from '../words/document.ts';
import { ActionIds, button } from './buttons.ts';
import { cutToFit, type Room } from './fit.ts';
import { escaped, plainText, shorten, shortenName } from './inert.ts';
import { LIMITS } from './limits.ts';
import { contextElements, type Leaf, leaves, markup, onlyText, text } from './pieces.ts';

/** What Slack shows as a message. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** Any block as plain JSON: checked against Slack's schema by tests, more exactly than its types do. */
export type Block = Record<string, unknown> & { type: string };

/**
 * @param document what to say
 * @returns a message within Slack's limits in which people's words are only words
 */
export function message(document: Document): Message {
  return {
    text: fallback(document),
    blocks: asBlocks(documentBlocks(document), 'message'),
  };
}

/** A sentence that stands in the document keeps its people and moments; any other text is only words. */
function fallback({ text: said, parts }: Document): string {
  const [sentence] = parts.flatMap((part) =>
    part.type === 'text' && plain(part.words) === said ? [part.words] : [],
  );
  const marked = sentence === undefined ? '' : markup(sentence).trim();
  if (marked !== '' && marked.length <= LIMITS.fallbackText) return marked;
  return shorten(escaped(said).trim(), LIMITS.fallbackText) || 'Drawbridge';
}

/**
 * @param document what to say in a modal or on Home
 * @param ids action ids given out in the same view
 * @returns its blocks, not yet cut to the view's limits
 */
export function documentBlocks(document: Document, ids = new ActionIds()): Block[] {
  return joinLists(document.parts).flatMap((part) => partBlocks(part, ids));
}

/**
 * Cuts blocks to what fits and hands them over as Slack's types.
 * @param blocks blocks as made here
 * @param room where they go
 */
export function asBlocks(blocks: Block[], room: Room): KnownBlock[] {
  return cutToFit(blocks, room) as unknown as KnownBlock[];
}

/** Quiet items of one list become one bullet list; items with a button or a note stand alone. */
type Shown = Part | { type: 'bullets'; items: Words[] };

function joinLists(parts: Part[]): Shown[] {
  return parts.flatMap((part): Shown[] => {
    if (part.type !== 'list' || part.items.some((item) => item.step || item.note)) return [part];
    return part.items.length > 0 ? [{ type: 'bullets', items: part.items.map((item) => item.words) }] : [];
  });
}

function partBlocks(part: Shown, ids: ActionIds): Block[] {
  switch (part.type) {
    case 'heading':
      return part.text.trim() ? [header(part.text)] : [];
    case 'text':
      return richText([section(leaves(part.words))]);
    case 'note':
      return note(part.words);
    case 'fields':
      return richText(part.rows.map(([label, value]) => section([bold(`${label}: `), ...leaves(value)])));
    case 'copy':
      return richText([section([bold(part.label)]), preformatted(part.value)]);
    case 'bullets':
      return richText([
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: part.items.map((item) => section(leaves(item))),
        },
      ]);
    case 'list':
      return part.items.flatMap((item) => listItem(item, ids));
    case 'progress':
      return richText([section([text(bar(part.done, part.total)), text(` ${part.words}`)])]);
    case 'ticks':
      return richText(
        part.items.map((item) =>
          section([text(item.done ? '✓ Done: ' : '○ To do: '), ...leaves(item.words)]),
        ),
      );
    case 'steps':
      return part.steps.length > 0
        ? [
            {
              type: 'actions',
              elements: part.steps.slice(0, LIMITS.actionElements).map((s) => button(s, ids)),
            },
          ]
        : [];
    case 'divider':
      return [{ type: 'divider' }];
  }
}

function header(words: string): Block {
  return { type: 'header', text: plainText(words.replace(/\s+/g, ' '), LIMITS.header, shortenName) };
}

interface RichSection {
  type: string;
  elements: unknown[];
  [more: string]: unknown;
}

function section(elements: Leaf[]): RichSection {
  return { type: 'rich_text_section', elements: elements.length > 0 ? elements : [text('–')] };
}

function preformatted(value: string): RichSection {
  return { type: 'rich_text_preformatted', elements: [text(value || '–')] };
}

function bold(words: string): Leaf {
  return { ...text(words), style: { bold: true } };
}

/** Sections of one block run together unless a line feed parts them. */
function richText(sections: RichSection[]): Block[] {
  if (sections.length === 0) return [];
  const parted = sections.map((s, i) =>
    s.type === 'rich_text_section' && sections[i + 1]?.type === 'rich_text_section'
      ? { ...s, elements: [...s.elements, text('\n')] }
      : s,
  );
  return [{ type: 'rich_text', elements: parted }];
}

function note(words: Words): Block[] {
  const elements = contextElements(words);
  if (elements) return [{ type: 'context', elements }];
  return leaves(words).length > 0 ? richText([section(leaves(words))]) : [];
}

function listItem(item: ListItem, ids: ActionIds): Block[] {
  const words = onlyText(item.words);
  const below = item.note === undefined ? '' : onlyText(item.note);
  if (words !== null && below !== null && item.step) {
    // A dot parts them wherever line feeds are lost: in narrow lists, in what a screen reader says.
    const shown = [words.trim(), below.trim()].filter((one) => one !== '').join(' · ');
    return [
      {
        type: 'section',
        text: plainText(shown, LIMITS.plainText),
        accessory: button(item.step, ids),
      },
    ];
  }
  return [
    ...richText([section(leaves(item.words))]),
    ...(item.note === undefined ? [] : note(item.note)),
    ...(item.step ? [{ type: 'actions', elements: [button(item.step, ids)] }] : []),
  ];
}

const BAR_CELLS = 20;

function bar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
  const full = Math.floor(share * BAR_CELLS);
  return '▓'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}
