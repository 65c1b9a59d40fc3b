import type { Context } from '../context.ts';
import type { Channel, Message, OpenView, Person, Target } from '../types.ts';

/** Something a person cannot do here. The page shows the sentence. */
export class NotPossible extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 409) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** @returns the person, who must be able to act. @throws NotPossible */
export function actor(ctx: Context, id: unknown): Person {
  const person = typeof id === 'string' ? ctx.directory.people.get(id) : undefined;
  if (!person) throw new NotPossible('user_not_found', `There is nobody by the id ${String(id)}.`, 404);
  if (person.deleted) throw new NotPossible('user_disabled', `${person.real_name} is deactivated.`, 403);
  if (person.is_bot) throw new NotPossible('user_is_bot', 'The app acts by itself.', 403);
  return person;
}

/** @returns the channel, which the person must be able to see. @throws NotPossible */
export function seenChannel(ctx: Context, person: Person, idOrName: unknown): Channel {
  const channel = typeof idOrName === 'string' ? ctx.directory.channel(idOrName) : undefined;
  if (!channel || !ctx.directory.maySee(person.id, channel)) {
    throw new NotPossible(
      'channel_not_found',
      `${person.real_name} sees no channel ${String(idOrName)}.`,
      404,
    );
  }
  return channel;
}

/** What an action is taken on. */
export type Place =
  | { kind: 'message'; channel: Channel; message: Message }
  | { kind: 'view'; open: OpenView };

/** @returns the message, modal or Home that the person means. @throws NotPossible */
export function placeOf(ctx: Context, person: Person, target: Target): Place {
  if (target?.type === 'message') {
    const channel = seenChannel(ctx, person, target.channel);
    const message =
      ctx.messages.find(channel.id, target.ts) ??
      ctx.messages.ephemeralFor(person.id, channel.id).find((m) => m.ts === target.ts);
    if (!message) throw new NotPossible('message_not_found', 'This message is not there any more.', 404);
    return { kind: 'message', channel, message };
  }
  if (target?.type === 'home') {
    const open = ctx.modals.homes.get(person.id);
    if (!open) throw new NotPossible('view_not_found', 'The app has not shown a Home to this person.', 404);
    return { kind: 'view', open };
  }
  const open = target?.type === 'view' ? ctx.modals.find(target.view_id) : undefined;
  if (open?.person !== person.id) {
    throw new NotPossible('view_not_found', 'This dialog is not open any more.', 404);
  }
  return { kind: 'view', open };
}
