import { h } from '../dom.ts';
import { imageElement } from '../elements/image.ts';
import { renderElement } from '../elements/index.ts';
import type { Surface } from '../surface.ts';
import { textObject } from '../text/render.ts';
import type { Block, Element, TextObject } from '../types.ts';
import { spotIn } from './spot.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/card-block */
export function card(block: Block, surface: Surface): HTMLElement {
  const words = (name: string) => {
    const text = block[name] as TextObject | undefined;
    return text && h('div', { class: `card-${name} words` }, textObject(text, surface.voice));
  };
  const hero = block.hero_image as Element | undefined;
  const icon = block.icon as Element | undefined;
  const buttons = (block.actions as Element[] | undefined) ?? [];
  return h(
    'div',
    { class: 'boxed' },
    hero && imageElement(hero, true),
    icon && imageElement(icon),
    ['title', 'subtitle', 'body'].map(words),
    buttons.length > 0 &&
      h(
        'div',
        { class: 'block-actions' },
        buttons.map((button) => renderElement(button, spotIn(block, surface))),
      ),
  );
}

/** Cards in a row: https://docs.slack.dev/reference/block-kit/blocks/carousel-block */
export function carousel(block: Block, surface: Surface): HTMLElement {
  const cards = (block.elements ?? []) as unknown as Block[];
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Cards' },
    cards.map((one) => card({ ...one, block_id: one.block_id ?? block.block_id ?? '' }, surface)),
  );
}
