import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import type { Channel, Json, Message } from '../types.ts';
import { knownChannel, needReadScope, needScope, page } from './channels.ts';
import type { Call, Method } from './methods.ts';

const KINDS: Record<string, Channel['kind'] | 'mpim'> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
  mpim: 'mpim',
};
const HISTORY_SCOPE = { public: 'channels:history', private: 'groups:history', im: 'im:history' } as const;

export const info: Method = ({ ctx, args }) => {
  const channel = knownChannel(ctx, args.channel);
  needReadScope(ctx, channel.kind);
  return {
    channel: {
      ...ctx.directory.slackChannel(channel),
      ...(args.include_num_members === true && { num_members: channel.members.length }),
    },
  };
};

/** Channels of the kinds that are asked for, each of which needs its scope. */
function ofKinds({ ctx, args }: Call, inIt: (channel: Channel) => boolean): Channel[] {
  const kinds = String(args.types ?? 'public_channel')
    .split(',')
    .map((type) => KINDS[type.trim()]);
  if (kinds.includes(undefined)) throw new SlackError('invalid_types');
  for (const kind of kinds) {
    if (kind === 'mpim') needScope(ctx, 'mpim:read');
    else if (kind) needReadScope(ctx, kind);
  }
  return [...ctx.directory.channels.values()].filter(
    (c) => kinds.includes(c.kind) && inIt(c) && !(args.exclude_archived === true && c.is_archived),
  );
}

export const list: Method = (call) => {
  const { directory } = call.ctx;
  const bot = directory.bot.user_id;
  const channels = ofKinds(call, (c) => c.kind === 'public' || c.members.includes(bot));
  return page(
    'channels',
    channels.map((c) => directory.slackChannel(c)),
    call.args,
    999,
  );
};

export const usersConversations: Method = (call) => {
  const { directory } = call.ctx;
  const bot = directory.bot.user_id;
  const user = String(call.args.user ?? bot);
  const channels = ofKinds(
    call,
    (c) => c.members.includes(user) && (c.kind === 'public' || c.members.includes(bot)),
  );
  return page(
    'channels',
    channels.map((c) => directory.slackChannel(c)),
    call.args,
    999,
  );
};

export const members: Method = ({ ctx, args }) => {
  const channel = knownChannel(ctx, args.channel);
  needReadScope(ctx, channel.kind);
  return page('members', channel.members, args);
};

export const open: Method = ({ ctx, args }) => {
  const { directory } = ctx;
  if (!args.users && !args.channel) throw new SlackError('users_list_not_supplied');
  if (args.channel) {
    const channel = knownChannel(ctx, args.channel);
    if (channel.kind !== 'im') throw new SlackError('method_not_supported_for_channel_type');
    needScope(ctx, 'im:write');
    return opened(ctx, channel, args, true);
  }
  const users = String(args.users)
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  needScope(ctx, users.length > 1 ? 'mpim:write' : 'im:write');
  if (users.length > 1) throw new SlackError('too_many_users');
  const person = directory.people.get(users[0] ?? '');
  if (!person || person.id === directory.bot.user_id) throw new SlackError('user_not_found');
  if (person.deleted) throw new SlackError('user_disabled');
  const before = directory.findDirectMessage(person.id, directory.bot.user_id);
  if (!before && args.prevent_creation === true) return { no_op: true, already_open: false };
  return opened(ctx, before ?? directory.directMessage(person.id, directory.bot.user_id), args, !!before);
};

function opened(ctx: Context, channel: Channel, args: Json, before: boolean): Json {
  return {
    ...(before && { no_op: true, already_open: true }),
    channel: args.return_im === true ? ctx.directory.slackChannel(channel) : { id: channel.id },
  };
}

export const join: Method = ({ ctx, args }) => {
  const channel = knownChannel(ctx, args.channel);
  if (channel.kind !== 'public') throw new SlackError('method_not_supported_for_channel_type');
  if (channel.is_archived) throw new SlackError('is_archived');
  const { bot } = ctx.directory;
  if (!channel.members.includes(bot.user_id)) {
    ctx.directory.changeChannel(channel.id, { members: [...channel.members, bot.user_id] });
  }
  return { channel: ctx.directory.slackChannel(channel) };
};

/** Messages between two moments, newest first as Slack gives them. */
function between(messages: Message[], args: Json): Message[] {
  const oldest = String(args.oldest ?? '0');
  const latest = args.latest === undefined || args.latest === 'now' ? undefined : String(args.latest);
  const edge = args.inclusive === true;
  return messages.filter(
    (m) =>
      (m.ts > oldest || (edge && m.ts === oldest)) &&
      (latest === undefined || m.ts < latest || (edge && m.ts === latest)),
  );
}

export const history: Method = ({ ctx, args }) => {
  const channel = knownChannel(ctx, args.channel);
  needScope(ctx, HISTORY_SCOPE[channel.kind]);
  if (!channel.members.includes(ctx.directory.bot.user_id)) throw new SlackError('not_in_channel');
  const top = ctx.messages.in(channel.id).filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.subtype);
  const answer = page('messages', between(top, args).reverse(), args);
  const { next_cursor } = answer.response_metadata as { next_cursor: string };
  return { ...answer, has_more: next_cursor !== '', pin_count: 0 };
};

export const replies: Method = ({ ctx, args }) => {
  const channel = knownChannel(ctx, args.channel);
  needScope(ctx, HISTORY_SCOPE[channel.kind]);
  const thread = ctx.messages.thread(channel.id, String(args.ts));
  if (thread.length === 0) throw new SlackError('thread_not_found');
  const [parent, ...rest] = thread;
  const answer = page('messages', [parent, ...between(rest, args)], args);
  const { next_cursor } = answer.response_metadata as { next_cursor: string };
  return { ...answer, has_more: next_cursor !== '' };
};
