import { h } from '../dom.ts';
import { imageElement } from '../elements/image.ts';
import type { Surface } from '../surface.ts';
import { textObject } from '../text/render.ts';
import type { Block, TextObject } from '../types.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/context-block */
export function context(block: Block, surface: Surface): HTMLElement {
  return h(
    'div',
    null,
    (block.elements ?? []).map((element) =>
      element.type === 'image'
        ? imageElement(element)
        : h('div', { class: 'words' }, textObject(element as unknown as TextObject, surface.voice)),
    ),
  );
}
