import { attempt, send } from '../api.ts';
import { h } from '../dom.ts';
import { toast } from '../toast.ts';

/**
 * A button of a panel.
 * @param words what it does
 * @param panel the panel's name
 * @param action the action's name
 * @param body what the action is told
 * @param done what to say when it worked
 */
export function actButton(
  words: string,
  panel: string,
  action: string,
  body: Record<string, unknown> = {},
  done?: string,
  style = '',
): HTMLElement {
  const node: HTMLElement = h(
    'button',
    {
      type: 'button',
      class: style,
      'data-key': `${panel}/${action}/${JSON.stringify(body)}`,
      onclick: async () => {
        if (node.getAttribute('aria-busy') === 'true') return;
        node.setAttribute('aria-busy', 'true');
        try {
          const answer = await attempt(send<{ ok?: boolean }>(`panels/${panel}/${action}`, body));
          if (answer && answer.ok !== false && done) toast(done);
        } finally {
          node.removeAttribute('aria-busy');
        }
      },
    },
    words,
  );
  return node;
}
