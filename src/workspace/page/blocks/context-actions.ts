import type { Surface } from '../surface.ts';
import type { Block } from '../types.ts';
import { actions } from './actions.ts';

/** Quiet buttons below an answer: https://docs.slack.dev/reference/block-kit/blocks/context-actions-block */
export function contextActions(block: Block, surface: Surface): HTMLElement {
  return actions(block, surface);
}
