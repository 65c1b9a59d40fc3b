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

/**
 * @param reason Slack's error name
 * @param channel the team's notifications channel
 * @returns what the admins are told, or null when the channel is not what is wrong
 */
export function channelTrouble(reason: string, channel: string): Document | null {
  const why = CHANNEL_TROUBLE[reason];
  if (why === undefined) return null;
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
