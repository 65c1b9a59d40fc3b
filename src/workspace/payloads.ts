import type { Context } from './context.ts';
import type { Channel, Json, Message, OpenView, Person, StateValues } from './types.ts';

/**
 * What every interaction payload has.
 * @param person who acts
 * @returns members common to block actions, submissions, suggestions, shortcuts
 */
export function common(ctx: Context, person: Person): Json {
  const { team, bot } = ctx.directory;
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.team_id ?? team.id },
    api_app_id: bot.app_id,
    token: 'local-verification-token',
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** @returns a view as payloads and answers show it, with what is filled in */
export function shownView(open: OpenView, state: StateValues = open.filled): Json {
  return { ...open.view, state: { values: state }, app_installed_team_id: open.view.team_id };
}

/** @returns a channel as payloads name it */
export function namedChannel(channel: Channel): Json {
  const names = { im: 'directmessage', private: 'privategroup', public: channel.name };
  return { id: channel.id, name: names[channel.kind] };
}

/** @returns a message as payloads show it; ephemeral ones are not shown at all, as in Slack */
export function shownMessage(message: Message): Json {
  const { is_ephemeral: _, ...shown } = message;
  return shown;
}

/** @returns where a click on a message happened */
export function messageContainer(channel: string, message: Message): Json {
  return {
    type: 'message',
    message_ts: message.ts,
    channel_id: channel,
    is_ephemeral: message.is_ephemeral ?? false,
    ...(message.thread_ts && { thread_ts: message.thread_ts }),
  };
}
