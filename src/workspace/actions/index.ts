import type { Context } from '../context.ts';
import { sendEvent } from '../delivery/events.ts';
import { changeChannel } from './channels.ts';
import { click } from './click.ts';
import { command } from './command.ts';
import { close, draft, submit } from './modal.ts';
import { options } from './options.ts';
import { shortcut } from './shortcut.ts';
import { changePerson, markRead, openHome, postMessage } from './talk.ts';
import { uploadFile } from './upload.ts';

type WithoutContext<F> = F extends (ctx: Context, ...rest: infer R) => infer T ? (...rest: R) => T : never;

const ACTIONS = {
  command,
  click,
  submit,
  closeModal: close,
  draft,
  options,
  shortcut,
  postMessage,
  openHome,
  markRead,
  uploadFile,
  changePerson,
  changeChannel,
  sendEvent,
  uninstall,
  revokeTokens,
};

/** What people do in a workspace; each takes what its function takes, without the context. */
export type ActionsOf = { [K in keyof typeof ACTIONS]: WithoutContext<(typeof ACTIONS)[K]> };

/** @returns the actions for one workspace */
export function actionsOf(ctx: Context): ActionsOf {
  const bound = Object.entries(ACTIONS).map(([name, work]) => [
    name,
    (...rest: unknown[]) => (work as (ctx: Context, ...rest: unknown[]) => unknown)(ctx, ...rest),
  ]);
  return Object.fromEntries(bound) as ActionsOf;
}

/** The app is taken out of the workspace: it hears `app_uninstalled` and its token is dead. */
async function uninstall(ctx: Context): Promise<void> {
  ctx.tokens.end('account_inactive');
  await sendEvent(ctx, 'app_uninstalled', { type: 'app_uninstalled' });
}

/** The app's token is revoked: it hears `tokens_revoked`. */
async function revokeTokens(ctx: Context): Promise<void> {
  ctx.tokens.end('token_revoked');
  const tokens = { oauth: [], bot: [ctx.directory.bot.user_id] };
  await sendEvent(ctx, 'tokens_revoked', { type: 'tokens_revoked', tokens });
}
