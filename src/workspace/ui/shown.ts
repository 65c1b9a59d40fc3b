import { plainValue } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { timeZoneOffset } from '../directory.ts';
import { shownView } from '../payloads.ts';
import type { Channel, Json, Message, OpenView, Person } from '../types.ts';

/** @returns a person as the page shows them */
export function shownPerson(ctx: Context, person: Person): Json {
  return { ...person, tz_offset: timeZoneOffset(person.tz, ctx.clock.now()) };
}

/** @returns the channels this person sees, with what is unread */
export function shownChannels(ctx: Context, person: Person): Json[] {
  return [...ctx.directory.channels.values()]
    .filter((c) => ctx.directory.maySee(person.id, c))
    .map((c) => shownChannel(ctx, person, c));
}

function shownChannel(ctx: Context, person: Person, channel: Channel): Json {
  const bot = ctx.directory.bot.user_id;
  const last_read = ctx.reads.get(person.id)?.[channel.id] ?? '0';
  const messages = ctx.messages.in(channel.id).filter(inChannel);
  const unread = channel.members.includes(person.id)
    ? messages.filter((m) => m.ts > last_read && m.user !== person.id)
    : [];
  const mention = `<@${person.id}`;
  const other = channel.members.find((m) => m !== person.id) ?? person.id;
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.kind,
    topic: channel.topic,
    members: channel.members,
    is_member: channel.members.includes(person.id),
    is_archived: channel.is_archived,
    is_ext_shared: channel.is_ext_shared,
    bot_is_member: channel.members.includes(bot),
    ...(channel.kind === 'im' && { with: other }),
    last_read,
    unread: unread.length,
    mentions: channel.kind === 'im' ? unread.length : unread.filter((m) => mentions(m, mention)).length,
    ...(messages.length > 0 && { last_ts: messages.at(-1)?.ts }),
  };
}

function mentions(message: Message, mention: string): boolean {
  return message.text.includes(mention) || JSON.stringify(message.blocks ?? []).includes(mention);
}

/** Replies show in the channel only when they were broadcast. */
function inChannel(message: Message): boolean {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === 'thread_broadcast';
}

/**
 * @param thread_ts for a thread instead of the channel
 * @param before only what is older
 * @returns what the person reads there, oldest first, ephemeral messages among it
 */
export function shownMessages(
  ctx: Context,
  person: Person,
  channel: Channel,
  { thread_ts, before, limit = 100 }: { thread_ts?: string; before?: string; limit?: number },
): Json {
  const own = ctx.messages.ephemeralFor(person.id, channel.id);
  const all = thread_ts
    ? [...ctx.messages.thread(channel.id, thread_ts), ...own.filter((m) => m.thread_ts === thread_ts)]
    : [...ctx.messages.in(channel.id).filter(inChannel), ...own.filter((m) => !m.thread_ts)];
  const wanted = all
    .filter((m) => before === undefined || m.ts < before)
    .sort((a, b) => Number(a.ts > b.ts) - Number(a.ts < b.ts));
  return { messages: wanted.slice(-limit).map((m) => withLeaks(ctx, m)), has_more: wanted.length > limit };
}

/** @returns an open modal with what is filled in, in plain form */
export function shownModal(ctx: Context, open: OpenView): Json {
  const values = Object.fromEntries(
    Object.entries(open.filled).map(([blockId, actions]) => [
      blockId,
      Object.fromEntries(Object.entries(actions).map(([id, entry]) => [id, plainValue(entry)])),
    ]),
  );
  return { ...withLeaks(ctx, shownView(open)), values, offered: open.offered, errors: open.errors };
}

/** @returns a message or a view, with what people typed and the app let become real */
export function withLeaks<T extends object>(ctx: Context, content: T): T & { leaks?: string[] } {
  const leaks = ctx.typed.in(content);
  return leaks.length > 0 ? { ...content, leaks } : content;
}
