import { messageContent } from '../block-kit/content.ts';
import type { Context } from '../context.ts';
import { exchange } from '../delivery/exchange.ts';
import { SlackError } from '../errors.ts';
import { namedChannel } from '../payloads.ts';
import { SLACKBOT } from '../seed.ts';
import type { Channel, Json, Outcome, Person } from '../types.ts';
import { builtIn } from './built-in.ts';
import { actor, seenChannel } from './who.ts';

/**
 * A slash command, typed in a channel.
 * @param personId who types
 * @param channelId where
 * @param typed the whole line, e.g. `/sso status`
 */
export async function command(
  ctx: Context,
  personId: string,
  channelId: string,
  typed: string,
): Promise<Outcome> {
  const person = actor(ctx, personId);
  const channel = seenChannel(ctx, person, channelId);
  const [name = '', text = ''] = split(typed);
  // People of another workspace have that one's apps, not this one's.
  const declared = person.team_id
    ? undefined
    : ctx.manifest.features?.slash_commands?.find((c) => c.command === name);
  if (!declared) {
    const done = await builtIn(ctx, person, channel, name, text);
    const message = done ?? `${name} is not a valid command.`;
    slackbot(ctx, person, channel, message);
    return {
      ok: done !== undefined,
      sent: false,
      ms: 0,
      message,
      ...(done === undefined && { error: 'unknown_command' }),
    };
  }
  const { team, bot } = ctx.directory;
  const named = namedChannel(channel);
  const key = ctx.responseUrls.give({ person: person.id, channel: channel.id });
  const outcome = await exchange(
    ctx,
    {
      kind: 'command',
      name: typed,
      person: person.id,
      via: 'slash_commands',
      payload: {
        token: 'local-verification-token',
        team_id: team.id,
        team_domain: team.domain,
        channel_id: channel.id,
        channel_name: String(named.name),
        user_id: person.id,
        user_name: person.name,
        command: name,
        text: declared.should_escape ? mentionsEscaped(ctx, text) : text,
        api_app_id: bot.app_id,
        is_enterprise_install: 'false',
        response_url: `${ctx.base()}/respond/${key}`,
        trigger_id: ctx.triggers.give(person.id),
      },
    },
    (body) => take(ctx, person, channel, body),
    (error) => `${name} failed with the error "${error === 'operation_timeout' ? error : 'dispatch_failed'}"`,
  );
  if (!outcome.ok && outcome.message) slackbot(ctx, person, channel, outcome.message);
  return outcome;
}

function split(typed: string): [string, string] {
  const found = /^(\S+)\s*([\s\S]*)$/.exec(typed.trimStart());
  return found ? [found[1] as string, (found[2] as string).trimEnd()] : ['', ''];
}

/** With `should_escape` Slack sends mentions by id. */
function mentionsEscaped(ctx: Context, text: string): string {
  return text
    .replace(/@([\w.-]+)/g, (whole, name) => {
      const found = [...ctx.directory.people.values()].find((p) => p.name === name);
      return found ? `<@${found.id}|${name}>` : whole;
    })
    .replace(/#([\w-]+)/g, (whole, name) => {
      const found = ctx.directory.channel(name);
      return found ? `<#${found.id}|${name}>` : whole;
    });
}

/** Slack's own words to one person. */
export function slackbot(ctx: Context, person: Person, channel: Channel, text: string): void {
  ctx.messages.whisper(person.id, channel.id, { user: SLACKBOT, text });
}

/** Obeys the acknowledgement of a command: nothing, a text, or a message. */
function take(ctx: Context, person: Person, channel: Channel, body: unknown): undefined {
  if (body === undefined || body === '') return;
  const said: Json = typeof body === 'object' && body !== null ? (body as Json) : { text: String(body) };
  if (Object.keys(said).length === 0) return;
  const type = said.response_type;
  if (type !== undefined && type !== 'ephemeral' && type !== 'in_channel') {
    throw new SlackError('invalid_arguments', ['invalid response_type']);
  }
  const { bot, team } = ctx.directory;
  const content = messageContent(said);
  const message = { user: bot.user_id, bot_id: bot.bot_id, app_id: bot.app_id, team: team.id, ...content };
  if (type === 'in_channel') ctx.messages.post(channel.id, message);
  else ctx.messages.whisper(person.id, channel.id, message);
}
