import type { Block } from './blocks.ts';
import { shorten } from './inert.ts';
import { LIMITS } from './limits.ts';

/** Where blocks go. */
export type Room = 'message' | 'view';

/** How short a single text may become before whole blocks are left out. */
const CUTS = [3000, 1500, 700, 300, 120, 60];

/**
 * Makes blocks fit: first the longest texts are shortened, then blocks at the end left out; both can be seen.
 * A last row of buttons stays in any case, after the words that say so.
 * @param blocks what should be shown
 * @param room where
 */
export function cutToFit(blocks: Block[], room: Room): Block[] {
  const most = room === 'message' ? LIMITS.messageBlocks : LIMITS.viewBlocks;
  const characters = room === 'message' ? LIMITS.messageCharacters : LIMITS.viewCharacters;
  const kept = fewer(blocks, most);
  for (const cut of CUTS) {
    const short = kept.map((block) => shortenTexts(block, cut));
    if (weight(short) <= characters) return short;
  }
  const short = kept.map((block) => shortenTexts(block, CUTS.at(-1) as number));
  for (let count = short.length - 1; count > 1; count--) {
    const fewest = fewer(short, count);
    if (weight(fewest) <= characters) return fewest;
  }
  return fewer(short, 2);
}

function fewer(blocks: Block[], most: number): Block[] {
  if (blocks.length <= most) return blocks;
  const left: Block = {
    type: 'context',
    elements: [{ type: 'plain_text', text: 'There is more than fits here.', emoji: false }],
  };
  const last = blocks.at(-1) as Block;
  return last.type === 'actions' && most > 2
    ? [...blocks.slice(0, most - 2), left, last]
    : [...blocks.slice(0, most - 1), left];
}

/** Texts inside buttons, options and inputs keep their own limits. */
const UNTOUCHED = new Set(['input', 'actions', 'divider']);

function shortenTexts(block: Block, max: number): Block {
  return UNTOUCHED.has(block.type) ? block : (walk(block, max) as Block);
}

function walk(value: unknown, max: number): unknown {
  if (Array.isArray(value)) return value.map((inner) => walk(inner, max));
  if (typeof value !== 'object' || value === null) return value;
  const node = value as Record<string, unknown>;
  // A value to copy is worth nothing when cut; it goes only with its block.
  if (node.type === 'button' || node.type === 'rich_text_preformatted' || node.type === 'mrkdwn') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, inner]) => [
      key,
      key === 'text' && typeof inner === 'string' ? shorten(inner, max) : walk(inner, max),
    ]),
  );
}

/** @returns how many characters all texts have together */
export function weight(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, inner) => sum + weight(inner), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? inner.length : weight(inner)),
    0,
  );
}
