import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import type { Block } from '../types.ts';
import { table } from './table.ts';

/** A table with a caption: https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
export function dataTable(block: Block, surface: Surface): HTMLElement {
  return h(
    'figure',
    null,
    typeof block.caption === 'string' && h('figcaption', null, block.caption),
    table(block, surface),
  );
}
