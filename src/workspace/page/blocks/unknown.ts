import { h } from '../dom.ts';
import type { Block } from '../types.ts';

/** Never nothing: a block that the page does not know shows what it is and what is in it. */
export function unknown(block: Block): HTMLElement {
  return h(
    'details',
    { class: 'boxed unknown' },
    h('summary', null, `Block of type “${block.type}”, which this page does not draw`),
    h('pre', { tabindex: 0 }, JSON.stringify(block, null, 2)),
  );
}
