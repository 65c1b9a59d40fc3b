import { h, uniqueId } from '../dom.ts';
import { renderElement } from '../elements/index.ts';
import type { Spot, Surface } from '../surface.ts';
import { plainText } from '../text/render.ts';
import type { Block, TextObject } from '../types.ts';

/** A labelled field, its hint, and what is wrong with it: https://docs.slack.dev/reference/block-kit/blocks/input-block */
export function input(block: Block, surface: Surface): HTMLElement {
  const blockId = block.block_id ?? '';
  const label = uniqueId('label');
  const hint = block.hint as TextObject | undefined;
  const hintId = hint && uniqueId('hint');
  const errorId = uniqueId('error');
  const error = surface.errors[blockId];
  const spot: Spot = {
    surface,
    blockId,
    inInput: true,
    dispatch: block.dispatch_action === true,
    labelledBy: label,
    describedBy: [error && errorId, hintId].filter(Boolean).join(' ') || undefined,
    required: block.optional !== true,
    invalid: error !== undefined,
  };
  const element = block.element ? renderElement(block.element, spot) : h('span', null, '[no element]');
  const trouble = h('p', { id: errorId, class: 'error', hidden: error === undefined }, error);
  surface.fields.listen((changedBlock) => {
    if (changedBlock !== blockId || trouble.hidden) return;
    // What was said of the old value says nothing of the new one.
    trouble.hidden = true;
    delete surface.errors[blockId];
    for (const node of [element, ...element.querySelectorAll('[aria-invalid]')])
      node.removeAttribute('aria-invalid');
  });
  const labelNode = h(
    'label',
    { id: label, class: 'label' },
    ...plainText(block.label?.text ?? '', block.label?.emoji !== false),
    block.optional === true && h('span', { class: 'optional' }, ' (optional)'),
  );
  const control = element.matches('input, textarea')
    ? element
    : element.querySelector('.text-input > *, .select-input, input.picker, input[type=file]');
  if (control) {
    control.id ||= uniqueId('field');
    labelNode.htmlFor = control.id;
  }
  return h(
    'div',
    { class: error === undefined ? '' : 'wrong' },
    labelNode,
    element,
    trouble,
    hint && h('p', { id: hintId, class: 'hint' }, ...plainText(hint.text, hint.emoji !== false)),
  );
}
