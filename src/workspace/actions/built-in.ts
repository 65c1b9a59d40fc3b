import type { Context } from '../context.ts';
import type { Channel, Person } from '../types.ts';
import { changeChannel } from './channels.ts';

/** The workspace's own commands, for what people do in Slack around the app. */
export const BUILT_IN = [
  { command: '/invite', description: 'Add somebody, or the app, to this channel', usage_hint: '@name' },
  { command: '/remove', description: 'Take somebody, or the app, out of this channel', usage_hint: '@name' },
  { command: '/archive', description: 'Archive this channel', usage_hint: '' },
  { command: '/unarchive', description: 'Bring this channel back', usage_hint: '' },
];

/**
 * Runs one of the workspace's own commands.
 * @returns what to tell the person, or undefined when it is no command
 */
export async function builtIn(
  ctx: Context,
  person: Person,
  channel: Channel,
  name: string,
  text: string,
): Promise<string | undefined> {
  if (!BUILT_IN.some((c) => c.command === name)) return undefined;
  if (channel.kind === 'im') return 'This works in channels only.';
  if (name === '/archive' || name === '/unarchive') {
    const action = name === '/archive' ? 'archive' : 'unarchive';
    await changeChannel(ctx, person.id, { action, channel: channel.id });
    return `#${channel.name} was ${action}d.`;
  }
  const wanted = text.trim().replace(/^<?@?([^|>]*).*$/, '$1');
  const whom = [...ctx.directory.people.values()].find(
    (p) => p.id === wanted || p.name.toLowerCase() === wanted.toLowerCase(),
  );
  if (!whom) return `There is nobody called “${text.trim()}” here.`;
  const action = name === '/invite' ? 'invite' : 'remove';
  await changeChannel(ctx, person.id, { action, channel: channel.id, user: whom.id });
  return `${whom.real_name} was ${action === 'invite' ? 'added to' : 'taken out of'} #${channel.name}.`;
}
