import { address, attempt, send } from './api.ts';
import { attachments } from './attachments.ts';
import { avatar } from './avatar.ts';
import { renderBlocks } from './blocks/index.ts';
import { h } from './dom.ts';
import { Fields } from './fields.ts';
import { type IconName, icon } from './icons.ts';
import { openThread } from './navigation.ts';
import { botId, nameOf, state } from './state.ts';
import type { Surface } from './surface.ts';
import { mrkdwn, type Voice } from './text/render.ts';
import { clockTime } from './text/time.ts';
import { toast } from './toast.ts';
import type { Message, UploadedFile } from './types.ts';

/** What is chosen in the selects of messages, kept while the page is open. */
const chosen = new Map<string, Fields>();

/**
 * @param message as Slack shapes it
 * @param channel where it stands
 * @param inThread true in the thread's own pane, where the way into the thread is not shown
 * @returns the whole message, with what can be done to it
 */
export function renderMessage(message: Message, channel: string, inThread: boolean): HTMLElement {
  const byApp = message.bot_id !== undefined || message.user === botId();
  const voice: Voice = { byApp, leaks: new Set(message.leaks ?? []) };
  const name = message.username ?? (message.user ? nameOf(message.user) : 'Drawbridge');
  const system =
    message.subtype && !['bot_message', 'thread_broadcast', 'file_share'].includes(message.subtype);
  return h(
    'li',
    {
      class: ['message', message.is_ephemeral && 'ephemeral', system && 'system'].filter(Boolean).join(' '),
      'data-ts': message.ts,
      tabindex: -1,
    },
    avatar(message.user, byApp),
    h(
      'article',
      { 'aria-label': `${name}${message.is_ephemeral ? ', only visible to you' : ''}` },
      message.is_ephemeral && onlyYou(message, channel),
      h(
        'div',
        { class: 'byline' },
        h('strong', null, name),
        byApp && h('span', { class: 'tag' }, 'App'),
        h('a', { class: 'when', href: `#/${channel}/${message.ts}` }, clockTime(message.ts)),
      ),
      h('div', { class: 'body' }, body(message, channel, voice)),
      message.edited && !byApp && h('small', { class: 'edited' }, '(edited)'),
      files(message),
      !inThread && replies(message, channel),
    ),
    tools(message, channel, inThread),
  );
}

function body(message: Message, channel: string, voice: Voice): (Node | string)[] {
  const key = `${channel}/${message.ts}`;
  const fields = chosen.get(key) ?? new Fields();
  chosen.set(key, fields);
  const surface: Surface = {
    kind: 'message',
    target: { type: 'message', channel, ts: message.ts },
    fields,
    voice,
    errors: {},
    offered: {},
    channel,
  };
  const words = message.blocks?.length
    ? renderBlocks(message.blocks, surface)
    : [h('div', { class: 'words' }, mrkdwn(message.text ?? '', voice))];
  return [...words, ...attachments(message.attachments ?? [], surface), ...notification(message, voice)];
}

/** Beside blocks, `text` is read in notifications alone: a leak there is shown too. */
function notification(message: Message, voice: Voice): HTMLElement[] {
  if (!message.blocks?.length || !voice.byApp || !message.text) return [];
  const nodes = mrkdwn(message.text, voice, true) as HTMLElement[];
  const leaks = nodes.some((node) => node.querySelector('.leak'));
  return leaks ? [h('div', { class: 'words notification' }, 'In the notification: ', nodes)] : [];
}

function onlyYou(message: Message, channel: string): HTMLElement {
  return h(
    'div',
    { class: 'only-you' },
    icon('eye'),
    'Only visible to you',
    h(
      'button',
      {
        type: 'button',
        class: 'link',
        'aria-label': 'Dismiss this message',
        onclick: () => void attempt(send('dismiss', { channel, ts: message.ts })),
      },
      'Dismiss',
    ),
  );
}

function files(message: Message): HTMLElement | false {
  const all = (message.files ?? []) as unknown as UploadedFile[];
  if (all.length === 0) return false;
  return h(
    'ul',
    { class: 'files', 'aria-label': 'Files' },
    all.map((file) => {
      const href = address(`files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`);
      return h(
        'li',
        null,
        icon('file'),
        h('a', { href, download: file.name }, file.title || file.name),
        h('small', null, [file.mimetype, size(file.size)].filter(Boolean).join(', ')),
      );
    }),
  );
}

function size(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
}

function replies(message: Message, channel: string): HTMLElement | false {
  const count = message.reply_count ?? 0;
  if (count === 0) return false;
  return h(
    'button',
    {
      type: 'button',
      class: 'replies',
      'data-key': `replies/${message.ts}`,
      onclick: () => openThread(channel, message.ts),
    },
    icon('reply'),
    `${count} ${count === 1 ? 'reply' : 'replies'}`,
    message.latest_reply &&
      h('small', null, 'last ', clockTime(message.latest_reply, '{date_short_pretty}, {time}')),
  );
}

function tools(message: Message, channel: string, inThread: boolean): HTMLElement | false {
  if (message.is_ephemeral) return false;
  const tool = (words: string, drawing: IconName, onclick: () => void) =>
    h(
      'button',
      { type: 'button', class: 'plain', title: words, 'aria-label': words, onclick },
      icon(drawing),
    );
  const copyLink = async () => {
    await navigator.clipboard.writeText(`${location.origin}${location.pathname}#/${channel}/${message.ts}`);
    toast('Link copied');
  };
  return h(
    'div',
    { class: 'tools', role: 'toolbar', 'aria-label': 'Message' },
    !inThread && tool('Reply in thread', 'reply', () => openThread(channel, message.thread_ts ?? message.ts)),
    tool('Copy link', 'link', () => void copyLink()),
    state.start.shortcuts
      .filter((shortcut) => shortcut.type === 'message')
      .map((shortcut) =>
        tool(
          shortcut.name,
          'bolt',
          () =>
            void attempt(send('shortcut', { callback_id: shortcut.callback_id, channel, ts: message.ts })),
        ),
      ),
  );
}
