import type { Context } from '../context.ts';
import { sendEvent } from '../delivery/events.ts';
import { shownView } from '../payloads.ts';
import type { Message, Person } from '../types.ts';
import { actor, NotPossible, seenChannel } from './who.ts';

/**
 * Posts a message as a person.
 * @param text as typed: mentions by @name and #name become real ones, the rest is escaped
 * @throws NotPossible when the person may not post there
 */
export async function postMessage(
  ctx: Context,
  personId: string,
  channelId: string,
  text: string,
  more: { thread_ts?: string; files?: string[] } = {},
): Promise<Message> {
  const person = actor(ctx, personId);
  const channel = seenChannel(ctx, person, channelId);
  if (channel.is_archived) throw new NotPossible('is_archived', `#${channel.name} is archived.`);
  if (!channel.members.includes(person.id)) {
    throw new NotPossible('not_in_channel', `${person.real_name} is not in #${channel.name}. Join first.`);
  }
  const files = (more.files ?? []).map((id) => {
    const record = ctx.files.records.get(id);
    if (record?.user !== person.id) throw new NotPossible('file_not_found', 'There is no such file.', 404);
    ctx.files.share(id, { channel: channel.id });
    return ctx.files.slackFile(record, ctx.base());
  });
  if (!text.trim() && files.length === 0) throw new NotPossible('no_text', 'Write something first.', 400);
  const message = ctx.messages.post(channel.id, {
    user: person.id,
    team: ctx.directory.team.id,
    text: linked(ctx, text),
    ...(more.thread_ts && { thread_ts: more.thread_ts }),
    ...(files.length > 0 && { files, subtype: 'file_share' }),
  });
  const event = { ...message, channel: channel.id };
  if (channel.kind === 'im' && channel.members.includes(ctx.directory.bot.user_id)) {
    await sendEvent(ctx, 'message.im', { ...event, type: 'message', channel_type: 'im' });
  } else if (message.text.includes(`<@${ctx.directory.bot.user_id}>`)) {
    await sendEvent(ctx, 'app_mention', { ...event, type: 'app_mention' });
  }
  return message;
}

function linked(ctx: Context, text: string): string {
  const people = [...ctx.directory.people.values()];
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@([\w.-]+)/g, (whole, name: string) => {
      if (['here', 'channel', 'everyone'].includes(name)) return `<!${name}>`;
      const found = people.find((p) => p.name.toLowerCase() === name.toLowerCase());
      return found ? `<@${found.id}>` : whole;
    })
    .replace(/#([\p{L}\p{N}_-]+)/gu, (whole, name: string) => {
      const found = ctx.directory.channel(name);
      return found ? `<#${found.id}>` : whole;
    });
}

/**
 * Opens the app's Home or Messages tab: the app hears `app_home_opened`.
 * @throws NotPossible when the app has no Home
 */
export async function openHome(
  ctx: Context,
  personId: string,
  tab: 'home' | 'messages' = 'home',
): Promise<void> {
  const person = actor(ctx, personId);
  if (tab === 'home' && !ctx.manifest.features?.app_home?.home_tab_enabled) {
    throw new NotPossible('not_enabled', 'The app has no Home.');
  }
  const home = ctx.modals.homes.get(person.id);
  await sendEvent(ctx, 'app_home_opened', {
    type: 'app_home_opened',
    user: person.id,
    channel: ctx.directory.directMessage(person.id, ctx.directory.bot.user_id).id,
    tab,
    ...(tab === 'home' && home && { view: shownView(home) }),
  });
}

/** Changes a person; the app hears `user_change`. */
export async function changePerson(ctx: Context, id: string, changes: Partial<Person>): Promise<Person> {
  const person = ctx.directory.changePerson(id, changes);
  const { now } = ctx.clock;
  await sendEvent(ctx, 'user_change', {
    type: 'user_change',
    user: ctx.directory.slackUser(person, false),
    cache_ts: Math.floor(now().getTime() / 1000),
  });
  return person;
}

/** Notes that a person has read a channel up to a message. */
export function markRead(ctx: Context, personId: string, channelId: string, ts: string): void {
  const person = actor(ctx, personId);
  const channel = seenChannel(ctx, person, channelId);
  const marks = ctx.reads.get(person.id) ?? {};
  if ((marks[channel.id] ?? '') >= ts) return;
  ctx.reads.set(person.id, { ...marks, [channel.id]: ts });
  ctx.bus.tell({ type: 'channels' });
}
