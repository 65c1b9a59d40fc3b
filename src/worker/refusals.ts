import type { Document } from '../words/document.ts';
import { say } from '../words/document.ts';

/** The message itself is gone or closed to us; the card is posted anew. */
const MESSAGE_GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
]);

/** Slack does not take what is in the message. */
const CONTENT_REFUSED = new Set([
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_blocks',
  'invalid_blocks_format',
  'no_text',
]);

/** The workspace has ended what the bot may do there: nobody can be told in it, and no channel is to blame. */
const WORKSPACE_CLOSED = new Set([
  'app_not_installed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'not_allowed_token_type',
  'missing_scope',
  'org_login_required',
  'team_not_found',
  'team_access_not_granted',
]);

/** Why somebody cannot be told by direct message, by Slack's error name. */
const PERSON_TROUBLE: Record<string, string> = {
  user_not_found: 'Slack does not know this person any more',
  users_not_found: 'Slack does not know this person any more',
  user_disabled: 'their account is deactivated',
  user_not_visible: 'Drawbridge may not see this person',
  cannot_dm_bot: 'this is a bot',
  not_in_dm: 'Slack does not let Drawbridge write to them',
  channel_not_found: 'Slack does not let Drawbridge write to them',
  messages_tab_disabled: 'direct messages to apps are switched off',
  restricted_action: 'the workspace does not let apps write to people',
};

/** What a team's admins can do about a channel that does not take our messages, by Slack's error name. */
const CHANNEL_TROUBLE: Record<string, string> = {
  channel_not_found: 'it no longer exists or Drawbridge cannot see it',
  is_archived: 'it is archived',
  is_inactive: 'it is archived',
  not_in_channel: 'Drawbridge is not a member of it',
  restricted_action: 'the workspace does not let apps post there',
  restricted_action_read_only_channel: 'it is read-only',
  restricted_action_thread_only_channel: 'it takes replies only',
  restricted_action_non_threadable_channel: 'it takes no replies',
  posting_to_channel_denied: 'the workspace does not let apps post there',
  ekm_access_denied: 'the workspace has switched off messages there',
  no_permission: 'the workspace does not let apps post there',
  messages_tab_disabled: 'the workspace does not let apps post there',
};

/** Slack's error names that say that a channel does not take our messages. */
export const CHANNEL_REASONS = Object.keys(CHANNEL_TROUBLE);

/** @returns whether Slack's error name means that the message to be edited or answered is no more */
export function messageIsGone(reason: string): boolean {
  return MESSAGE_GONE.has(reason);
}

/** @returns whether Slack's error name means that the message itself is not taken, wherever it goes */
export function contentRefused(reason: string): boolean {
  return CONTENT_REFUSED.has(reason);
}

/** @returns whether Slack's error name means that the bot can do nothing in the workspace any more */
export function workspaceClosed(reason: string): boolean {
  return WORKSPACE_CLOSED.has(reason);
}

/**
 * @param reason Slack's error name
 * @param slackId who could not be told
 * @returns what the team's admins are told, or null when the person is not what is wrong
 */
export function personTrouble(reason: string, slackId: string): Document | null {
  if (workspaceClosed(reason) || contentRefused(reason)) return null;
  return say([
    { person: slackId },
    ' could not be told by direct message, because ',
    PERSON_TROUBLE[reason] ?? 'Slack refuses it',
    '. Please tell them yourself; ',
    { code: '/sso requests' },
    ' shows what waits, and ',
    { code: '/sso settings' },
    ' who asks and who decides.',
  ]);
}

/**
 * @param reason Slack's error name
 * @param channel the team's notifications channel
 * @returns what the admins are told, or null when the channel is not what is wrong
 */
export function channelTrouble(reason: string, channel: string): Document | null {
  if (workspaceClosed(reason) || contentRefused(reason) || messageIsGone(reason)) return null;
  // Slack has more words than we know; that it does not take the message is what the admins need to hear.
  const why = CHANNEL_TROUBLE[reason] ?? 'Slack does not let Drawbridge write there';
  const mend =
    reason === 'not_in_channel' || reason === 'channel_not_found'
      ? [
          'Type ',
          { code: '/invite @Drawbridge' },
          ' in the channel, or choose another one with ',
          { code: '/sso settings' },
          '.',
        ]
      : ['Choose another channel with ', { code: '/sso settings' }, '.'];
  return say([
    'Your team’s notifications cannot be posted in ',
    { channel },
    `, because ${why}. `,
    ...mend,
    ' Requests can still be decided on Home and with ',
    { code: '/sso requests' },
    '.',
  ]);
}
