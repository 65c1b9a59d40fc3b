import type { Context } from '../context.ts';
import { CHANNELS, SLACKBOT } from '../seed.ts';

const WORDS = [
  '*Welcome.* This workspace and all that is in it lives on this machine only, so try anything:',
  '• Type `/sso` to see where things stand, `/sso status harbour.test` for one domain, `/sso help` for everything.',
  '• Be somebody else by one click on top: Olga and Adam ask for changes, Aiko approves them, Sam has a team of his own, Bea looks on, Gil is a guest.',
  '• _Around Slack_ holds what is outside it: mail, DNS, an identity provider, a clock that goes forward, and all requests.',
].join('\n');

/**
 * Says what there is to try, where a newcomer looks first. By Slackbot, since it is not the app that says so.
 * @param ctx a workspace that has just been filled with the demo
 */
export function welcome({ messages }: Context): void {
  messages.post(CHANNELS.notifications, { user: SLACKBOT, text: WORDS });
}
