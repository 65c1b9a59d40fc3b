import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { botScopes } from '../manifest.ts';
import type { Channel, Json } from '../types.ts';

const READ_SCOPE = { public: 'channels:read', private: 'groups:read', im: 'im:read' } as const;

/** @throws SlackError missing_scope, unless the manifest asks for one of these */
export function needScope(ctx: Context, ...anyOf: string[]): void {
  const granted = botScopes(ctx.manifest);
  if (anyOf.length === 0 || anyOf.some((scope) => granted.includes(scope))) return;
  throw new SlackError('missing_scope', [], {
    extra: { needed: anyOf.join(','), provided: granted.join(',') },
  });
}

/** @throws SlackError missing_scope, unless the app may read channels of this kind */
export function needReadScope(ctx: Context, kind: Channel['kind']): void {
  needScope(ctx, READ_SCOPE[kind]);
}

/**
 * A channel the app knows of: public, or one it is in.
 * @throws SlackError channel_not_found
 */
export function knownChannel(ctx: Context, idOrName: unknown): Channel {
  const channel = typeof idOrName === 'string' ? ctx.directory.channel(idOrName) : undefined;
  if (!channel) throw new SlackError('channel_not_found');
  const member = channel.members.includes(ctx.directory.bot.user_id);
  if (!member && channel.kind !== 'public') throw new SlackError('channel_not_found');
  return channel;
}

/**
 * A channel the app may write to: one it is in, or a direct message, which a person's id opens.
 * @throws SlackError channel_not_found, not_in_channel, is_archived, messages_tab_disabled
 */
export function writableChannel(ctx: Context, idOrName: unknown): Channel {
  const { directory, manifest } = ctx;
  const person = typeof idOrName === 'string' ? directory.people.get(idOrName) : undefined;
  if (person) {
    if (person.is_bot || person.deleted) throw new SlackError('channel_not_found');
    if (manifest.features?.app_home?.messages_tab_enabled === false)
      throw new SlackError('messages_tab_disabled');
    return directory.directMessage(person.id, directory.bot.user_id);
  }
  const channel = knownChannel(ctx, idOrName);
  if (!channel.members.includes(directory.bot.user_id)) throw new SlackError('not_in_channel');
  if (channel.is_archived) throw new SlackError('is_archived');
  return channel;
}

/**
 * Cuts a list into pages by cursor, as Slack does.
 * @param name under which the items are answered
 * @throws SlackError invalid_cursor, invalid_limit
 */
export function page(name: string, items: unknown[], args: Json, most = 1000): Json {
  const limit = Number(args.limit ?? 100) || 100;
  if (limit < 1 || limit > most) throw new SlackError('invalid_limit');
  const cursor = args.cursor ? Buffer.from(String(args.cursor), 'base64url').toString() : 'from:0';
  const from = Number(/^from:(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new SlackError('invalid_cursor');
  const more = from + limit < items.length;
  const next_cursor = more ? Buffer.from(`from:${from + limit}`).toString('base64url') : '';
  return { [name]: items.slice(from, from + limit), response_metadata: { next_cursor } };
}
