import type { Context } from '../context.ts';
import { sendEvent } from '../delivery/events.ts';
import type { Channel, Json, Person } from '../types.ts';
import { actor, NotPossible, seenChannel } from './who.ts';

/** What a person wants done to channels. */
export interface ChannelChange {
  action: 'create' | 'archive' | 'unarchive' | 'invite' | 'remove' | 'join' | 'leave' | 'delete';
  channel?: string;
  name?: string;
  is_private?: boolean;
  user?: string;
}

/**
 * Changes a channel or who is in it, and tells the app where it listens.
 * @returns the channel
 * @throws NotPossible
 */
export async function changeChannel(ctx: Context, personId: string, wish: ChannelChange): Promise<Channel> {
  const person = actor(ctx, personId);
  if (wish.action === 'create') return create(ctx, person, wish);
  const channel = seenChannel(ctx, person, wish.channel);
  if (channel.kind === 'im') throw new NotPossible('not_a_channel', 'This works in channels only.');
  const event = (name: string, more: Json = {}) =>
    sendEvent(ctx, name, { type: name, channel: channel.id, user: person.id, ...more });
  const kind = channel.kind === 'private' ? 'group' : 'channel';
  switch (wish.action) {
    case 'archive':
    case 'unarchive':
      ctx.directory.changeChannel(channel.id, { is_archived: wish.action === 'archive' });
      await event(`${kind}_${wish.action}`);
      break;
    case 'delete':
      ctx.directory.channels.delete(channel.id);
      ctx.bus.tell({ type: 'channels' });
      await event(`${kind}_deleted`, { actor_id: person.id });
      break;
    case 'invite':
    case 'join':
      await enter(ctx, channel, wish.action === 'join' ? person.id : wish.user, person);
      break;
    default:
      leave(ctx, channel, wish.action === 'leave' ? person.id : wish.user);
  }
  return channel;
}

function create(ctx: Context, person: Person, { name = '', is_private = false }: ChannelChange): Channel {
  const clean = name.trim().toLowerCase().replace(/^#/, '').replace(/\s+/g, '-');
  if (!/^[\p{L}\p{N}_-]{1,80}$/u.test(clean)) {
    throw new NotPossible(
      'invalid_name',
      'A channel name has letters, digits, hyphens and underscores, 80 at most.',
      400,
    );
  }
  if (ctx.directory.channel(clean))
    throw new NotPossible('name_taken', `There is already a channel #${clean}.`);
  return ctx.directory.addChannel({
    name: clean,
    kind: is_private ? 'private' : 'public',
    members: [person.id],
  });
}

async function enter(
  ctx: Context,
  channel: Channel,
  user: string | undefined,
  inviter: Person,
): Promise<void> {
  if (!user || !ctx.directory.people.has(user))
    throw new NotPossible('user_not_found', 'There is nobody by this id.', 404);
  if (channel.is_archived) throw new NotPossible('is_archived', `#${channel.name} is archived.`);
  if (channel.members.includes(user)) return;
  ctx.directory.changeChannel(channel.id, { members: [...channel.members, user] });
  const type = 'member_joined_channel';
  await sendEvent(ctx, type, {
    type,
    user,
    channel: channel.id,
    channel_type: channel.kind === 'private' ? 'G' : 'C',
    team: ctx.directory.team.id,
    inviter: inviter.id,
  });
}

function leave(ctx: Context, channel: Channel, user: string | undefined): void {
  ctx.directory.changeChannel(channel.id, { members: channel.members.filter((m) => m !== user) });
}
