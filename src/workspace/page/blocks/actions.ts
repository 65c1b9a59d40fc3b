import { h } from '../dom.ts';
import { renderElement } from '../elements/index.ts';
import type { Surface } from '../surface.ts';
import type { Block } from '../types.ts';
import { spotIn } from './spot.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
export function actions(block: Block, surface: Surface): HTMLElement {
  return h(
    'div',
    { role: 'group', 'aria-label': 'Actions' },
    (block.elements ?? []).map((element) => renderElement(element, spotIn(block, surface))),
  );
}
