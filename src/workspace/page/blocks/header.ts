import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import { textObject } from '../text/render.ts';
import type { Block } from '../types.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
export function header(block: Block, surface: Surface): HTMLElement {
  return h('div', { role: 'heading', 'aria-level': 3 }, textObject(block.text, surface.voice));
}
