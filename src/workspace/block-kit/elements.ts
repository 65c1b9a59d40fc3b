import { shortId } from '../ids.ts';
import type { Block, Element, Option } from '../types.ts';

/** An interactive element and where it stands. */
export interface Placed {
  block: Block;
  block_id: string;
  element: Element;
  /** JSON pointer below the list of blocks. */
  pointer: string;
  /** True in an `input` block. */
  input: boolean;
}

const NOT_INTERACTIVE = new Set(['image', 'plain_text', 'mrkdwn', 'url']);

/** Element types that hold a value which is sent in `state.values`. */
export const STATEFUL = new Set([
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
  'checkboxes',
  'radio_buttons',
  'datepicker',
  'timepicker',
  'datetimepicker',
  'static_select',
  'external_select',
  'users_select',
  'conversations_select',
  'channels_select',
  'multi_static_select',
  'multi_external_select',
  'multi_users_select',
  'multi_conversations_select',
  'multi_channels_select',
]);

/**
 * Finds all interactive elements, also within cards, carousels and containers.
 * @param blocks the blocks of a view or message
 * @param base JSON pointer of the list
 */
export function placedElements(blocks: Block[], base = ''): Placed[] {
  return blocks.flatMap((block, i) => {
    const at = `${base}/${i}`;
    const place = (element: Element | undefined, pointer: string, input = false): Placed[] =>
      element && !NOT_INTERACTIVE.has(element.type)
        ? [{ block, block_id: block.block_id ?? '', element, pointer, input }]
        : [];
    switch (block.type) {
      case 'input':
        return place(block.element, `${at}/element`, true);
      case 'section':
        return place(block.accessory, `${at}/accessory`);
      case 'actions':
      case 'context_actions':
        return (block.elements ?? []).flatMap((element, j) => place(element, `${at}/elements/${j}`));
      case 'card':
        return ((block.actions ?? []) as Element[]).flatMap((element, j) =>
          place(element, `${at}/actions/${j}`),
        );
      case 'carousel':
        return placedElements((block.elements ?? []) as Block[], `${at}/elements`);
      case 'container':
        return placedElements((block.child_blocks ?? []) as Block[], `${at}/child_blocks`);
      default:
        return [];
    }
  });
}

/**
 * Finds an element by action id, and block id when given.
 * @returns the first that fits
 */
export function findElement(blocks: Block[], actionId: string, blockId?: string): Placed | undefined {
  return placedElements(blocks).find(
    (p) => p.element.action_id === actionId && (blockId === undefined || p.block_id === blockId),
  );
}

/** @returns all options of an element, those in groups included */
export function optionsOf(element: Element): Option[] {
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((g) => g.options)];
}

/**
 * Gives ids to blocks and interactive elements that came without, as Slack does.
 * @returns a copy
 */
export function withIds(blocks: Block[]): Block[] {
  const copy = structuredClone(blocks);
  const name = (list: Block[]): void => {
    for (const block of list) {
      block.block_id ||= shortId();
      if (block.type === 'carousel') name((block.elements ?? []) as Block[]);
      if (block.type === 'container') name((block.child_blocks ?? []) as Block[]);
    }
  };
  name(copy);
  for (const { element } of placedElements(copy)) element.action_id ||= shortId();
  return copy;
}
