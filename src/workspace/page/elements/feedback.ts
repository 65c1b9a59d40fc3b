import { h } from '../dom.ts';
import { person } from '../state.ts';
import { keyOf, press, type Spot } from '../surface.ts';
import type { Element, TextObject } from '../types.ts';

interface Side {
  text?: TextObject;
  accessibility_label?: string;
  value?: string;
}

/** Thumbs up and down: https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element */
export function feedbackButtons(element: Element, spot: Spot): HTMLElement {
  const side = (given: Side | undefined, sign: string) => {
    const node: HTMLElement = h(
      'button',
      {
        type: 'button',
        class: 'action quiet',
        'aria-label': given?.accessibility_label ?? given?.text?.text,
        'data-key': `${keyOf(spot, element)}/${sign}`,
        onclick: () => void press(spot, element, node, given?.value),
      },
      h('span', { 'aria-hidden': 'true' }, sign),
      ` ${given?.text?.text ?? ''}`,
    );
    return node;
  };
  return h(
    'span',
    { class: 'feedback' },
    side(element.positive_button as Side | undefined, '👍'),
    side(element.negative_button as Side | undefined, '👎'),
  );
}

/** https://docs.slack.dev/reference/block-kit/block-elements/icon-button-element */
export function iconButton(element: Element, spot: Spot): HTMLElement {
  const only = element.visible_to_user_ids as string[] | undefined;
  if (only && !only.includes(person()?.id ?? '')) return h('span', { hidden: true });
  const node: HTMLElement = h(
    'button',
    {
      type: 'button',
      class: 'action quiet',
      'aria-label': (element.accessibility_label as string | undefined) ?? element.text?.text,
      'data-key': keyOf(spot, element),
      onclick: () => void press(spot, element, node),
    },
    element.icon === 'trash' ? '🗑 ' : '',
    element.text?.text ?? String(element.icon),
  );
  return node;
}
