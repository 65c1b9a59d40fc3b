import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Block } from '../types.ts';

/** A remote file: https://docs.slack.dev/reference/block-kit/blocks/file-block */
export function file(block: Block): HTMLElement {
  return h('div', { class: 'file' }, icon('file'), h('span', null, `Remote file ${block.external_id ?? ''}`));
}
