import { h } from '../dom.ts';
import { imageElement } from '../elements/image.ts';
import { plainText } from '../text/render.ts';
import type { Block, TextObject } from '../types.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/image-block */
export function image(block: Block): HTMLElement {
  const title = block.title as TextObject | undefined;
  return h(
    'figure',
    null,
    title && h('figcaption', null, ...plainText(title.text)),
    imageElement(block, true),
  );
}
