import { h } from '../dom.ts';
import { markdownNodes } from '../text/markdown.ts';
import type { Block } from '../types.ts';

/** Standard Markdown: https://docs.slack.dev/reference/block-kit/blocks/markdown-block */
export function markdown(block: Block): HTMLElement {
  return h('div', { class: 'words' }, markdownNodes(String(block.text ?? '')));
}
