import { h } from '../dom.ts';
import type { Surface } from '../surface.ts';
import { textObject } from '../text/render.ts';
import type { Block } from '../types.ts';

const LEVELS: Record<string, string> = {
  info: 'Note',
  warning: 'Warning',
  error: 'Error',
  success: 'Done',
};

/** https://docs.slack.dev/reference/block-kit/blocks/alert-block */
export function alert(block: Block, surface: Surface): HTMLElement {
  const level = String(block.level ?? 'default');
  return h(
    'div',
    { class: `boxed level-${Object.hasOwn(LEVELS, level) ? level : 'default'}`, role: 'note' },
    LEVELS[level] && h('strong', null, `${LEVELS[level]}: `),
    h('div', { class: 'words' }, textObject(block.text, surface.voice)),
  );
}
