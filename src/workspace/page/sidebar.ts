import { attempt, send } from './api.ts';
import { avatar } from './avatar.ts';
import { h, refill } from './dom.ts';
import { icon } from './icons.ts';
import { goTo, goToChannel } from './navigation.ts';
import { newChannel } from './new-channel.ts';
import { botId, channelName, nameOf, on, state } from './state.ts';
import type { ChannelView } from './types.ts';

/** @returns the list of channels, direct messages and the app */
export function sidebar(): HTMLElement {
  const node = h('nav', { class: 'sidebar', 'aria-label': 'Channels and messages', id: 'sidebar' });
  const draw = () => refill(node, sections());
  for (const topic of ['channels', 'people', 'person', 'place'] as const) on(topic, draw);
  return node;
}

function sections(): (HTMLElement | false)[] {
  const open = state.channels.filter((one) => !one.is_archived || isCurrent(one.id));
  const bot = botId();
  const app = open.find((one) => one.kind === 'im' && one.with === bot);
  const mine = open.filter((one) => one.kind !== 'im' && one.is_member);
  const others = open.filter((one) => one.kind !== 'im' && !one.is_member);
  const direct = open.filter((one) => one.kind === 'im' && one !== app);
  return [
    section('Apps', [appRow(app)]),
    section('Channels', mine.sort(byName).map(row), {
      words: 'New channel',
      onclick: () => void newChannel(),
    }),
    others.length > 0 && section('Other channels', others.sort(byName).map(row)),
    direct.length > 0 && section('Direct messages', direct.sort(byName).map(row)),
    shortcuts(),
  ];
}

function section(
  title: string,
  rows: HTMLElement[],
  more?: { words: string; onclick: () => void },
): HTMLElement {
  return h(
    'section',
    null,
    h(
      'div',
      { class: 'section-head' },
      h('h2', null, title),
      more &&
        h(
          'button',
          {
            type: 'button',
            class: 'plain',
            'aria-label': more.words,
            title: more.words,
            onclick: more.onclick,
          },
          '+',
        ),
    ),
    h(
      'ul',
      null,
      rows.map((one) => h('li', null, one)),
    ),
  );
}

function row(view: ChannelView): HTMLElement {
  const sign = view.kind === 'im' ? avatar(view.with ?? '') : icon(view.kind === 'private' ? 'lock' : 'hash');
  return link(`#/${view.id}`, sign, channelName(view), view, isCurrent(view.id), () => goToChannel(view.id));
}

function appRow(view: ChannelView | undefined): HTMLElement {
  const tab = view && view.unread > 0 ? 'messages' : state.start.home ? 'home' : 'messages';
  return link(
    `#/${tab}`,
    avatar(botId() ?? '', true),
    nameOf(botId() ?? '') || 'App',
    view,
    state.place.type === 'app',
    () => goTo({ type: 'app', tab }),
  );
}

function link(
  href: string,
  sign: Node,
  words: string,
  view: ChannelView | undefined,
  current: boolean,
  go: () => void,
): HTMLElement {
  const unread = view?.is_member && !current ? view.unread : 0;
  const count = view && (view.kind === 'im' ? unread : unread > 0 ? view.mentions : 0);
  return h(
    'a',
    {
      href,
      class: unread > 0 ? 'unread' : '',
      'aria-current': current ? 'page' : undefined,
      'data-key': `row/${view?.id ?? href}`,
      onclick: (event: MouseEvent) => {
        if (event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        go();
        document.querySelector('.workspace')?.classList.remove('menu-open');
        document.querySelector('.menu-button')?.setAttribute('aria-expanded', 'false');
      },
    },
    sign,
    h('span', { class: 'row-name' }, words),
    view?.is_archived && h('small', null, 'archived'),
    unread > 0 && h('span', { class: 'unseen' }, `, ${unread} unread`),
    count ? h('span', { class: 'badge', 'aria-hidden': 'true' }, count) : false,
  );
}

function shortcuts(): HTMLElement | false {
  const all = state.start.shortcuts.filter((one) => one.type === 'global');
  if (all.length === 0) return false;
  return section(
    'Shortcuts',
    all.map((one) =>
      h(
        'button',
        {
          type: 'button',
          class: 'row',
          title: one.description,
          onclick: () => void attempt(send('shortcut', { callback_id: one.callback_id })),
        },
        icon('bolt'),
        h('span', { class: 'row-name' }, one.name),
      ),
    ),
  );
}

function isCurrent(id: string): boolean {
  return state.place.type === 'channel' && state.place.id === id;
}

function byName(a: ChannelView, b: ChannelView): number {
  return channelName(a).localeCompare(channelName(b));
}
