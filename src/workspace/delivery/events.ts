import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { slackId } from '../ids.ts';
import { botScopes } from '../manifest.ts';
import type { Json } from '../types.ts';
import type { Reply } from './delivery.ts';
import { note, type Outgoing } from './exchange.ts';

const REASONS = {
  operation_timeout: 'http_timeout',
  http_error: 'http_error',
  connection_failed: 'connection_failed',
} as const;

const EVENT_SCOPES = JSON.parse(
  readFileSync(new URL('../data/events.data.json', import.meta.url), 'utf8'),
) as Record<string, string[]>;

/**
 * Sends an event to the app, if the manifest subscribes to it and has a scope for it; sends it again
 * when the app did not take it (at once, after 1 and 5 minutes).
 * @param name as in the manifest, e.g. `message.im`
 * @param event the inner event, `type` included
 * @returns whether the app took it at the first attempt; undefined when it was not sent
 */
export async function sendEvent(ctx: Context, name: string, event: Json): Promise<boolean | undefined> {
  const subscribed = ctx.manifest.settings?.event_subscriptions?.bot_events ?? [];
  const scopes = EVENT_SCOPES[name] ?? [];
  const granted = botScopes(ctx.manifest);
  if (!subscribed.includes(name)) return undefined;
  if (scopes.length > 0 && !scopes.some((s) => granted.includes(s))) return undefined;
  const { team, bot } = ctx.directory;
  const at = ctx.clock.now().getTime() / 1000;
  const payload = {
    token: 'local-verification-token',
    team_id: team.id,
    api_app_id: bot.app_id,
    event: { ...event, event_ts: at.toFixed(6) },
    type: 'event_callback',
    event_id: slackId('Ev'),
    event_time: Math.floor(at),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: bot.user_id,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
  const outgoing: Outgoing = { kind: 'event', name, via: 'events_api', payload };
  const reply = await attempt(ctx, outgoing);
  if (!reply.ok) {
    ctx.log.refuse('ack:event', reply.error ?? 'http_error', `${name}: HTTP status ${reply.status}`, event);
    if (!reply.noRetry) void again(ctx, outgoing, reply);
  }
  return reply.ok;
}

async function attempt(
  ctx: Context,
  outgoing: Outgoing,
  retry?: { num: number; reason: string },
): Promise<Reply> {
  const reply = await ctx.delivery.send('events_api', outgoing.payload, retry);
  const detail = `HTTP status ${reply.status}, after ${reply.ms} ms`;
  const name = retry ? `${outgoing.name} (again: ${retry.num})` : outgoing.name;
  note(ctx, { ...outgoing, name }, reply, reply.ok ? null : { error: reply.error ?? 'http_error', detail });
  return reply;
}

async function again(ctx: Context, outgoing: Outgoing, first: Reply): Promise<void> {
  let last = first;
  for (const [i, wait] of ctx.eventRetriesMs.entries()) {
    await sleep(wait, undefined, { ref: false });
    const reason = REASONS[last.error ?? 'http_error'];
    last = await attempt(ctx, outgoing, { num: i + 1, reason });
    if (last.ok || last.noRetry) return;
  }
}
