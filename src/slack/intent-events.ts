import { idsOf } from './buttons.ts';
import type { Intent } from './intent.ts';
import * as payload from './payload.ts';

/** A channel that nobody can post in any more. */
function channelLost(event: unknown, workspaceId: string): Intent {
  const { success, data } = payload.channelEvent.safeParse(event);
  if (!success) return { type: 'ignored', what: 'channel' };
  return { type: 'channelLost', workspaceId, channelId: data.channel };
}

/** Events of the manifest, each with what it means. */
const EVENTS: Record<string, (event: unknown, workspaceId: string) => Intent> = {
  app_home_opened(event, workspaceId) {
    const { success, data } = payload.homeOpenedEvent.safeParse(event);
    if (!success || (data.tab ?? 'home') !== 'home') return { type: 'ignored', what: 'app_home_opened' };
    const who = { workspaceId, slackId: data.user, foreign: false };
    return { type: 'homeOpened', who, args: idsOf(data.view?.private_metadata || '{}') ?? {} };
  },
  user_change(event, workspaceId) {
    const { success, data } = payload.userChangeEvent.safeParse(event);
    if (!success) return { type: 'ignored', what: 'user_change' };
    return { type: 'personChanged', workspaceId, person: data.user };
  },
  channel_archive: channelLost,
  channel_deleted: channelLost,
  group_archive: channelLost,
  group_deleted: channelLost,
  app_uninstalled: (_, workspaceId) => ({ type: 'uninstalled', workspaceId }),
  tokens_revoked(event, workspaceId) {
    const { success, data } = payload.tokensRevokedEvent.safeParse(event);
    const ours = success && (data.tokens?.bot?.length ?? 0) > 0;
    return ours ? { type: 'uninstalled', workspaceId } : { type: 'ignored', what: 'tokens_revoked' };
  },
};

/** What must be subscribed to in the manifest. */
export const EVENT_TYPES = Object.keys(EVENTS);

/**
 * @param body an event of the Events API, in its envelope
 * @returns what it means
 */
export function eventIntent(body: unknown): Intent {
  const parsed = payload.eventPayload.safeParse(body);
  if (!parsed.success) return { type: 'ignored', what: 'event' };
  const { event: inner, authorizations, team_id } = parsed.data;
  const workspaceId = authorizations?.[0]?.team_id ?? team_id;
  const read = Object.hasOwn(EVENTS, inner.type) ? EVENTS[inner.type] : undefined;
  if (!workspaceId || !read) return { type: 'ignored', what: inner.type.slice(0, 60) };
  return read(inner, workspaceId);
}
