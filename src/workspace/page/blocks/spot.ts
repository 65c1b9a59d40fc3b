import type { Spot, Surface } from '../surface.ts';
import type { Block } from '../types.ts';

/** @returns where an element of this block stands: one that acts at once */
export function spotIn(block: Block, surface: Surface): Spot {
  return { surface, blockId: block.block_id ?? '', inInput: false, dispatch: false };
}
