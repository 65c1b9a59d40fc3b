import { attempt, send } from './api.ts';
import { composer } from './composer.ts';
import { Conversation } from './conversation.ts';
import { h, nodes, refill } from './dom.ts';
import { appHome } from './home.ts';
import { icon } from './icons.ts';
import { appChannel, goTo, goToChannel } from './navigation.ts';
import { botId, channel, channelName, nameOf, on, type Place, person, state } from './state.ts';
import type { ChannelView } from './types.ts';

let open: Conversation | undefined;

/** @returns the middle of the page: a channel, a direct message, or the app's own place */
export function mainPane(): HTMLElement {
  const pane = h('main', { class: 'main-pane', tabindex: -1, id: 'main' });
  const draw = () => {
    open?.close();
    open = undefined;
    const { place } = state;
    pane.replaceChildren(...nodes([place.type === 'app' ? appPlace(place) : channelPlace(place.id)]));
  };
  on('place', draw);
  on('person', draw);
  let seen = '';
  on('channels', () => {
    // The header says what has changed; the messages stay as they are, unless membership decides what is shown.
    const { place } = state;
    const view = place.type === 'channel' ? channel(place.id) : undefined;
    const now = `${place.type === 'channel' ? place.id : appChannel()}/${view?.is_member}/${view?.is_archived}`;
    if (seen && now !== seen && state.place === place) draw();
    seen = now;
    const head = pane.querySelector<HTMLElement>('.channel-head');
    if (view && head) refill(head, headWords(view));
  });
  on('place', () => {
    seen = '';
  });
  return pane;
}

function channelPlace(id: string): (HTMLElement | false)[] {
  const view = channel(id);
  if (!view) return [empty('This channel is not here any more, or not for you.')];
  open = new Conversation(id);
  void open.load();
  return [h('header', { class: 'channel-head' }, headWords(view)), open.node, footer(view)];
}

function headWords(view: ChannelView): HTMLElement[] {
  const people = view.members.filter((id) => !state.people.get(id)?.is_bot);
  const names = people.map((id) => nameOf(id)).join(', ');
  return [
    h(
      'h1',
      null,
      icon(view.kind === 'private' ? 'lock' : view.kind === 'im' ? 'person' : 'hash'),
      channelName(view),
      view.is_ext_shared && h('span', { class: 'tag' }, 'shared outside'),
      view.is_archived && h('span', { class: 'tag' }, 'archived'),
    ),
    h(
      'p',
      { class: 'about', title: names },
      [
        view.topic,
        view.kind !== 'im' && `${people.length} people`,
        view.kind !== 'im' && !view.bot_is_member && 'without the app',
      ]
        .filter(Boolean)
        .join(' · '),
    ),
  ];
}

function footer(view: ChannelView): HTMLElement {
  if (view.is_archived)
    return h('p', { class: 'instead' }, 'This channel is archived. Nobody can write here.');
  if (!view.is_member)
    return h(
      'p',
      { class: 'instead' },
      `You are looking at #${channelName(view)}. `,
      h(
        'button',
        {
          type: 'button',
          class: 'primary',
          onclick: () => void attempt(send('channel', { action: 'join', channel: view.id })),
        },
        'Join channel',
      ),
    );
  return composer(view.id, undefined, `Message ${view.kind === 'im' ? '' : '#'}${channelName(view)}`);
}

function appPlace(place: Extract<Place, { type: 'app' }>): (HTMLElement | false)[] {
  const tabs: ['home' | 'messages', string][] = [];
  if (state.start.home) tabs.push(['home', 'Home']);
  if (state.start.messages_tab !== 'off') tabs.push(['messages', 'Messages']);
  const head = h(
    'header',
    { class: 'channel-head with-tabs' },
    h('h1', null, icon('key'), nameOf(botId() ?? '') || 'App'),
    h(
      'div',
      { role: 'tablist', 'aria-label': 'App', class: 'tabs' },
      tabs.map(([tab, words]) =>
        h(
          'button',
          {
            type: 'button',
            role: 'tab',
            'aria-selected': String(place.tab === tab),
            tabindex: place.tab === tab ? 0 : -1,
            'data-key': `tab/${tab}`,
            onclick: () => goTo({ type: 'app', tab }),
            onkeydown: (event: KeyboardEvent) => {
              if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
              goTo({ type: 'app', tab: tab === 'home' ? 'messages' : 'home' });
              document.querySelector<HTMLElement>('.tabs [aria-selected=true]')?.focus();
            },
          },
          words,
        ),
      ),
    ),
  );
  void attempt(send('home', { tab: place.tab }));
  if (place.tab === 'home') return [head, appHome()];
  const id = appChannel();
  if (!id) return [head, empty('The app has not written to you yet.')];
  open = new Conversation(id);
  void open.load();
  const readOnly = state.start.messages_tab === 'read_only';
  return [
    head,
    open.node,
    readOnly
      ? h(
          'p',
          { class: 'instead' },
          h(
            'span',
            null,
            'The app writes here and takes no messages. Use ',
            h('kbd', null, '/sso'),
            ' in any channel.',
          ),
        )
      : composer(id, undefined, `Message ${nameOf(botId() ?? '')}`),
  ];
}

function empty(words: string): HTMLElement {
  return h(
    'div',
    { class: 'empty' },
    h('p', null, words),
    person() &&
      h(
        'button',
        {
          type: 'button',
          onclick: () => {
            const first = state.channels.find((one) => one.is_member && one.kind !== 'im');
            if (first) goToChannel(first.id);
          },
        },
        'Go to a channel',
      ),
  );
}
