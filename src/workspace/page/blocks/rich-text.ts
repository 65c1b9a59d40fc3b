import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import { richText } from '../text/rich-text.ts';
import type { Block } from '../types.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function richTextBlock(block: Block, surface: Surface): HTMLElement {
  return h('div', { class: 'words' }, richText(block.elements ?? [], surface.voice));
}
