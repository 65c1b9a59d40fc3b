import { composer } from './composer.ts';
import { Conversation } from './conversation.ts';
import { h, nodes } from './dom.ts';
import { icon } from './icons.ts';
import { setSide } from './navigation.ts';
import { panelsPane } from './panels/index.ts';
import { channel, channelName, on, type Side, state } from './state.ts';

let open: Conversation | undefined;

/** @returns the pane on the right: a thread, or what runs beside Slack */
export function sidePane(): HTMLElement {
  const pane = h('aside', { class: 'side-pane', hidden: true, 'aria-label': 'Details', tabindex: -1 });
  let focusBack: Element | null = null;
  pane.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) setSide(null);
  });
  on('side', (side) => {
    if (pane.hidden) focusBack = document.activeElement;
    open?.close();
    open = undefined;
    pane.hidden = side === null;
    document.querySelector('.workspace')?.classList.toggle('side-open', side !== null);
    pane.replaceChildren(...nodes(contentOf(side)));
    if (side?.type === 'thread') pane.querySelector('textarea')?.focus();
    else if (side === null && focusBack instanceof HTMLElement) focusBack.focus();
  });
  on('person', () => {
    if (state.side?.type === 'thread') setSide(null);
  });
  return pane;
}

function contentOf(side: Side): (HTMLElement | false)[] {
  if (side === null) return [];
  if (side.type === 'panels') return panelsPane(side.tab);
  const view = channel(side.channel);
  open = new Conversation(side.channel, side.ts);
  void open.load();
  const closed = !view || view.is_archived || !view.is_member;
  return [
    sideHead('Thread', view ? `${view.kind === 'im' ? '' : '#'}${channelName(view)}` : ''),
    open.node,
    closed
      ? h('p', { class: 'instead' }, 'You cannot reply here.')
      : composer(side.channel, side.ts, 'Reply'),
  ];
}

/** @returns the head of the pane, with its way out */
export function sideHead(title: string, about = ''): HTMLElement {
  return h(
    'header',
    { class: 'side-head' },
    h('h2', null, title),
    about && h('span', { class: 'about' }, about),
    h(
      'button',
      {
        type: 'button',
        class: 'plain',
        'aria-label': `Close ${title.toLowerCase()}`,
        onclick: () => setSide(null),
      },
      icon('close'),
    ),
  );
}
