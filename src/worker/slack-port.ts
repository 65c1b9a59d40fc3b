import type { KnownBlock } from '@slack/types';
import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';

/** A message as Slack takes it; `text` says the same as the blocks. */
export interface SlackMessage {
  text: string;
  blocks: KnownBlock[];
}

/** The little of Slack that notices need, for one workspace. Each call throws one of the errors below. */
export interface SlackPort {
  /** Posts a message, in a thread when `threadTs` is given. @returns where it stands */
  post(channel: string, message: SlackMessage, threadTs?: string): Promise<{ channel: string; ts: string }>;
  update(channel: string, ts: string, message: SlackMessage): Promise<void>;
  /** @returns the channel of the direct conversation with the person */
  openDirect(slackId: string): Promise<string>;
  permalink(channel: string, ts: string): Promise<string>;
}

/** Slack understood the call and said no; `reason` is its error name. */
export class SlackRefused extends Error {
  override readonly name = 'SlackRefused';

  constructor(readonly reason: string) {
    super(`Slack refused: ${reason}`);
  }
}

/** Slack wants to hear nothing of this kind for a while. */
export class SlackLimited extends Error {
  override readonly name = 'SlackLimited';

  constructor(readonly retryAfterMs: number) {
    super(`Slack limits the rate for ${retryAfterMs} ms`);
  }
}

/** No answer, or none that means anything. Worth trying again. */
export class SlackUnreachable extends Error {
  override readonly name = 'SlackUnreachable';

  /**
   * @param message what happened, without secrets
   * @param mayBeDone whether the call may have been carried out, now or when Slack comes to it
   */
  constructor(
    message: string,
    readonly mayBeDone = true,
  ) {
    super(message);
  }
}

/** What stands in the way before a request is sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Error names by which Slack says that the fault is its own and will pass. */
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'update_failed',
  'external_channel_migrating',
  'team_added_to_org',
]);

/** What rate limits are called when they come as an answer and not as status 429. */
const LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

const ERROR_NAME = /^[a-z][a-z0-9_-]*$/;

/** Without a word from Slack about how long. */
const LIMITED_MS = 30_000;

/**
 * @param client a client of the workspace that neither waits for a limit nor tries again by itself: the relay does both,
 *   and one limited channel must not hold up all others
 * @returns the port that notices use
 */
export function slackPort(client: WebClient): SlackPort {
  const options = { unfurl_links: false, unfurl_media: false, parse: 'none' } as const;
  return {
    async post(channel, message, threadTs) {
      const answer = await call(
        client.chat.postMessage({
          channel,
          ...message,
          ...options,
          ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        }),
      );
      if (!answer.ts) throw new SlackUnreachable('chat.postMessage answered without ts');
      return { channel: answer.channel ?? channel, ts: answer.ts };
    },
    async update(channel, ts, message) {
      await call(client.chat.update({ channel, ts, ...message, parse: 'none' }));
    },
    async openDirect(slackId) {
      const answer = await call(client.conversations.open({ users: slackId }));
      if (!answer.channel?.id) throw new SlackUnreachable('conversations.open answered without a channel');
      return answer.channel.id;
    },
    async permalink(channel, ts) {
      const answer = await call(client.chat.getPermalink({ channel, message_ts: ts }));
      if (!answer.permalink) throw new SlackUnreachable('chat.getPermalink answered without a link');
      return answer.permalink;
    },
  };
}

async function call<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw toPortError(error);
  }
}

function toPortError(error: unknown): unknown {
  if (error instanceof WebAPIRateLimitedError) return new SlackLimited(error.retryAfter * 1000);
  if (error instanceof WebAPIPlatformError) {
    const reason = error.data.error;
    if (LIMITED.has(reason)) return new SlackLimited(LIMITED_MS);
    // What is no error name at all is the words of something in between, as a proxy's.
    if (PASSING.has(reason) || !ERROR_NAME.test(reason))
      return new SlackUnreachable(`Slack answered ${reason.slice(0, 80)}`);
    return new SlackRefused(reason);
  }
  // The client's own words may hold the request with its token, so only the kind of failure is kept.
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const why = [cause?.code, code].find((name) => typeof name === 'string') ?? 'no answer';
  return new SlackUnreachable(`Slack cannot be reached (${why})`, !NOT_SENT.has(String(why)));
}
