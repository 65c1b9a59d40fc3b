import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { botScopes } from '../manifest.ts';
import { page } from './channels.ts';
import type { Method } from './methods.ts';

function mayReadEmail(ctx: Context): boolean {
  return botScopes(ctx.manifest).includes('users:read.email');
}

export const info: Method = ({ ctx, args }) => {
  const person = ctx.directory.people.get(String(args.user));
  if (!person) throw new SlackError('user_not_found');
  return { user: ctx.directory.slackUser(person, mayReadEmail(ctx)) };
};

export const list: Method = ({ ctx, args }) => {
  const email = mayReadEmail(ctx);
  const members = [...ctx.directory.people.values()].map((p) => ctx.directory.slackUser(p, email));
  return { ...page('members', members, args), cache_ts: Math.floor(ctx.clock.now().getTime() / 1000) };
};
