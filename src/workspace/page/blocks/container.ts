import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import { textObject } from '../text/render.ts';
import { richText } from '../text/rich-text.ts';
import type { Block, TextObject } from '../types.ts';
import { renderBlocks } from './index.ts';

/** Blocks under a title, that may fold: https://docs.slack.dev/reference/block-kit/blocks/container-block */
export function container(block: Block, surface: Surface): HTMLElement {
  const rich = block.rich_text_title as Block | undefined;
  const title = h(
    'span',
    { class: 'container-title' },
    rich
      ? richText(rich.elements ?? [], surface.voice)
      : textObject(block.title as TextObject, surface.voice),
    block.subtitle ? h('small', null, textObject(block.subtitle as TextObject, surface.voice)) : null,
  );
  const children = renderBlocks((block.child_blocks as Block[] | undefined) ?? [], surface);
  if (block.is_collapsible !== true) return h('div', { class: 'boxed' }, title, children);
  return h(
    'details',
    { class: 'boxed', open: block.default_collapsed !== true },
    h('summary', null, title),
    children,
  );
}
