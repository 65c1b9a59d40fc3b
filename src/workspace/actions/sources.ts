import type { ValueSources } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import type { Channel, Element, Json, Message, Option, Person } from '../types.ts';
import type { Place } from './who.ts';

/** Options the app offered for external selects on messages, by action id. */
const onMessages = new WeakMap<Message, Record<string, Option[]>>();

/** @returns what was offered on a message so far; the record itself, to be added to */
export function offeredOn(message: Message): Record<string, Option[]> {
  const offered = onMessages.get(message) ?? {};
  onMessages.set(message, offered);
  return offered;
}

/** @returns what a person's values may refer to at this place */
export function sourcesOf(ctx: Context, person: Person, place: Place): ValueSources {
  return {
    offered: place.kind === 'view' ? place.open.offered : offeredOn(place.message),
    file: (id) => {
      const record = ctx.files.records.get(id);
      return record && ctx.files.slackFile(record, ctx.base());
    },
    mayChoose: (element, id) => mayChoose(ctx, person, element, id),
  };
}

/** Slack's selects of people, channels and conversations offer what the person sees and the filter lets through. */
function mayChoose(ctx: Context, person: Person, element: Element, id: string): boolean {
  if (element.type.includes('users_select')) return ctx.directory.people.get(id)?.deleted === false;
  const channel = ctx.directory.channels.get(id);
  if (!channel || channel.is_archived || !ctx.directory.maySee(person.id, channel)) return false;
  if (element.type.includes('channels_select')) return channel.kind === 'public';
  return passes(ctx, channel, (element.filter ?? {}) as Json);
}

function passes(ctx: Context, channel: Channel, filter: Json): boolean {
  const include = filter.include as string[] | undefined;
  if (include && !include.includes(channel.kind)) return false;
  if (filter.exclude_external_shared_channels === true && channel.is_ext_shared) return false;
  const withBot = channel.kind === 'im' && channel.members.includes(ctx.directory.bot.user_id);
  return !(filter.exclude_bot_users === true && withBot);
}
