import { h, safeUrl } from '../dom.ts';
import { keyOf, press, type Spot } from '../surface.ts';
import { plainText } from '../text/render.ts';
import { toast } from '../toast.ts';
import type { Element } from '../types.ts';

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export function button(element: Element, spot: Spot): HTMLElement {
  const url = typeof element.url === 'string' ? safeUrl(element.url) : null;
  const words = plainText(element.text?.text ?? '', element.text?.emoji !== false);
  const look = {
    class: ['action', element.style].filter(Boolean).join(' '),
    'aria-label': (element.accessibility_label as string | undefined) ?? undefined,
    'data-key': keyOf(spot, element),
    'data-action': element.action_id,
  };
  if (url) {
    // A link that the app also hears of.
    const node: HTMLElement = h(
      'a',
      {
        ...look,
        class: `${look.class} button`,
        href: url,
        target: '_blank',
        rel: 'noopener noreferrer',
        onclick: () => void press(spot, element, node),
      },
      ...words,
    );
    return node;
  }
  const node: HTMLElement = h(
    'button',
    { ...look, type: 'button', onclick: () => void press(spot, element, node) },
    ...words,
  );
  return node;
}

/** Workflows live in Slack alone; the button says so. */
export function workflowButton(element: Element): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'action',
      onclick: () => toast('This starts a workflow in Slack. The local workspace has none.'),
    },
    ...plainText(element.text?.text ?? 'Workflow'),
  );
}
