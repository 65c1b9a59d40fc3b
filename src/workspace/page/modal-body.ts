import { renderBlocks } from './blocks/index.ts';
import { h } from './dom.ts';
import type { Surface } from './surface.ts';
import type { Block, ModalView } from './types.ts';

/** @returns what stands between a modal's title and its buttons */
export function modalBody(view: ModalView, surface: Surface): HTMLElement {
  const blocks = renderBlocks(view.blocks, surface);
  const known = new Set(view.blocks.map((block) => block.block_id));
  const homeless = Object.entries(surface.errors).filter(([blockId]) => !known.has(blockId));
  return h(
    'div',
    { class: 'modal-blocks' },
    homeless.map(([blockId, words]) => h('p', { class: 'error banner' }, `${blockId}: ${words}`)),
    blocks,
  );
}

/** @returns `block_id/action_id` of every element in the blocks */
export function presentKeys(blocks: readonly Block[]): Set<string> {
  const keys = new Set<string>();
  for (const block of blocks) {
    for (const element of [block.element, block.accessory, ...(block.elements ?? [])]) {
      if (element?.action_id) keys.add(`${block.block_id}/${element.action_id}`);
    }
  }
  return keys;
}

const CONTROLS = 'input:not([type=file]), textarea, [contenteditable=true], input[type=file]';

/** @returns the field that the app wants the focus on, else the first one */
export function firstField(place: HTMLElement, blocks: readonly Block[]): HTMLElement | null {
  const wanted = blocks.find(
    (block) => block.element?.focus_on_load === true || block.accessory?.focus_on_load === true,
  );
  const within = wanted?.block_id
    ? place.querySelector<HTMLElement>(`[data-block="${CSS.escape(wanted.block_id)}"]`)
    : place.querySelector<HTMLElement>('.modal-body');
  return within?.querySelector<HTMLElement>(CONTROLS) ?? null;
}
