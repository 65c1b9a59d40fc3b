import { h, uniqueId } from '../dom.ts';
import { renderElement } from '../elements/index.ts';
import type { Surface } from '../surface.ts';
import { textObject } from '../text/render.ts';
import type { Block, TextObject } from '../types.ts';
import { spotIn } from './spot.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/section-block */
export function section(block: Block, surface: Surface): HTMLElement {
  const words = uniqueId('words');
  const fields = (block.fields as TextObject[] | undefined) ?? [];
  const labels = block.accessory && !['button', 'image', 'overflow'].includes(block.accessory.type);
  const spot = { ...spotIn(block, surface), ...(labels && { labelledBy: words }) };
  return h(
    'div',
    null,
    h(
      'div',
      { class: 'section-words', id: words },
      block.text && h('div', { class: 'words' }, textObject(block.text, surface.voice)),
      fields.length > 0 &&
        h(
          'div',
          { class: 'section-fields' },
          fields.map((field) => h('div', { class: 'words' }, textObject(field, surface.voice))),
        ),
    ),
    block.accessory && h('div', { class: 'accessory' }, renderElement(block.accessory, spot)),
  );
}
