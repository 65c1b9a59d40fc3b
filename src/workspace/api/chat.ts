import { messageContent } from '../block-kit/content.ts';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import type { Channel, Json, Message } from '../types.ts';
import { knownChannel, needScope, writableChannel } from './channels.ts';
import type { Method } from './methods.ts';

function byBot(ctx: Context): Pick<Message, 'user' | 'bot_id' | 'app_id' | 'team'> {
  const { bot, team } = ctx.directory;
  return { user: bot.user_id, bot_id: bot.bot_id, app_id: bot.app_id, team: team.id };
}

/** Another name or picture than the app's own needs a scope of its own. */
function needCustomize(ctx: Context, args: Json): void {
  if (args.username || args.icon_url || args.icon_emoji) needScope(ctx, 'chat:write.customize');
}

/**
 * A reply goes to its thread's parent. Slack takes a parent that is not there and shows the reply to nobody;
 * that is always a mistake of the app, so it is refused here.
 */
function threadOf(ctx: Context, channel: Channel, threadTs: unknown): { thread_ts?: string } {
  if (typeof threadTs !== 'string' || threadTs === '') return {};
  if (!/^\d{1,10}\.\d{6}$/.test(threadTs)) {
    throw new SlackError('invalid_thread_ts', [`${threadTs} is not a valid thread_ts`]);
  }
  const parent = ctx.messages.find(channel.id, threadTs);
  if (!parent) throw new SlackError('cannot_reply_to_message');
  return { thread_ts: parent.thread_ts ?? parent.ts };
}

export const postMessage: Method = ({ ctx, args }) => {
  needCustomize(ctx, args);
  const channel = writableChannel(ctx, args.channel);
  const content = messageContent(args);
  const thread = threadOf(ctx, channel, args.thread_ts);
  ctx.rateLimits.countPost(channel.id);
  const message = ctx.messages.post(channel.id, {
    ...byBot(ctx),
    ...content,
    ...thread,
    ...(thread.thread_ts && args.reply_broadcast === true && { subtype: 'thread_broadcast' }),
    ...(typeof args.username === 'string' && { username: args.username }),
  });
  return { channel: channel.id, ts: message.ts, message };
};

export const postEphemeral: Method = ({ ctx, args }) => {
  needCustomize(ctx, args);
  const channel = writableChannel(ctx, args.channel);
  const person = ctx.directory.people.get(String(args.user));
  if (!person || !channel.members.includes(person.id)) throw new SlackError('user_not_in_channel');
  const content = messageContent(args);
  const message = ctx.messages.whisper(person.id, channel.id, {
    ...byBot(ctx),
    ...content,
    ...threadOf(ctx, channel, args.thread_ts),
  });
  return { message_ts: message.ts };
};

/** The app's own message, in a channel it knows. */
function ownMessage(ctx: Context, args: Json, otherwise: string): { channel: Channel; message: Message } {
  const channel = knownChannel(ctx, args.channel);
  const message = ctx.messages.find(channel.id, String(args.ts));
  if (!message) throw new SlackError('message_not_found');
  if (message.user !== ctx.directory.bot.user_id) throw new SlackError(otherwise);
  return { channel, message };
}

export const update: Method = ({ ctx, args }) => {
  const { channel, message } = ownMessage(ctx, args, 'cant_update_message');
  if (channel.is_archived) throw new SlackError('is_inactive');
  const kept = args.blocks === undefined && args.text === undefined ? message.blocks : undefined;
  const content = messageContent({ ...args, ...(kept && { blocks: kept }) });
  const metadata = args.metadata === undefined ? message.metadata : content.metadata;
  const changed = ctx.messages.change(channel.id, message.ts, {
    blocks: undefined,
    ...content,
    attachments: content.attachments ?? (args.attachments === undefined ? message.attachments : undefined),
    metadata,
    edited: { user: ctx.directory.bot.user_id, ts: `${Math.floor(ctx.clock.now().getTime() / 1000)}.000000` },
  });
  return { channel: channel.id, ts: changed.ts, text: changed.text, message: changed };
};

export const remove: Method = ({ ctx, args }) => {
  const { channel, message } = ownMessage(ctx, args, 'cant_delete_message');
  ctx.messages.remove(channel.id, message.ts);
  return { channel: channel.id, ts: message.ts };
};

export const getPermalink: Method = ({ ctx, args }) => {
  const channel = knownChannel(ctx, args.channel);
  const message = ctx.messages.find(channel.id, String(args.message_ts));
  if (!message) throw new SlackError('message_not_found');
  const thread = message.thread_ts ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : '';
  const permalink = `${ctx.base()}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { channel: channel.id, permalink };
};
