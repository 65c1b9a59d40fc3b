import { WebClient, type WebClientOptions } from '@slack/web-api';
import { Agent, request } from 'undici';
import { boltLogger, type SlackLog } from './logger.ts';

/** Slack's own Web API. */
export const SLACK_API = 'https://slack.com/api/';

/** Told of every call: its method, what came of it, how long it took. */
export type OnCall = (method: string, result: CallResult, ms: number) => void;
export type CallResult = 'ok' | 'refused' | 'limited' | 'failed' | 'no_answer';

export interface Clients {
  /** A client that acts with a bot token; the same token gives the same client. */
  withToken(token: string): WebClient;
  /** The same for what nobody waits for. It has connections of its own, which may all be slow without harm to people. */
  inBackground(token: string): WebClient;
  /** A client without a token, for the exchange of an OAuth code. */
  withoutToken(): WebClient;
  /** What Bolt's own clients are made with, so that they behave the same. */
  options: WebClientOptions;
  /** Answers by a response URL. @throws when it is not taken: it lasts for 30 minutes and five answers. */
  respond(responseUrl: string, body: unknown): Promise<void>;
  /** Lets go of all connections, also of those on which an answer is still to come. */
  close(): Promise<void>;
}

/** Longer than this no answer to a person can wait. */
const TIMEOUT_MS = 10_000;
/** A trigger lasts three seconds: after that no dialog comes, and the person is to be told soon. */
const TRIGGER_MS = 4000;
const NEEDS_TRIGGER = new Set(['views.open', 'views.push']);
/** Dialogs, answers and what is read while a person waits: as many as are worked on at once. */
const FOREGROUND = 128;
const BACKGROUND = 16;
/** How long we keep away when Slack says that it is too much, but not for how long. */
const RETRY_AFTER_SECONDS = 30;
const LONGEST_RETRY_AFTER_SECONDS = 3600;

/**
 * Makes clients of the Web API. They neither wait for a rate limit nor try again: whoever calls knows better,
 * and a client that pauses for one channel holds up all others.
 * @param apiUrl the API's base; undefined for Slack's own
 * @param log where the clients write
 * @param onCall is told of every call
 */
export function createClients(apiUrl: string | undefined, log: SlackLog, onCall: OnCall = () => {}): Clients {
  const agentOf = (connections: number) =>
    new Agent({ connections, keepAliveTimeout: 10_000, connect: { timeout: 5000 } });
  const agent = agentOf(FOREGROUND);
  const background = agentOf(BACKGROUND);
  const options: WebClientOptions = {
    slackApiUrl: apiUrl ?? SLACK_API,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: TIMEOUT_MS,
    logger: boltLogger(log),
    allowAbsoluteUrls: false,
    fetch: undiciFetch(agent, apiUrl ?? SLACK_API, onCall),
  };
  const inBackground = { ...options, fetch: undiciFetch(background, apiUrl ?? SLACK_API, onCall) };
  const madeBy = (given: WebClientOptions) => {
    const made = new Map<string, WebClient>();
    return (token: string): WebClient => {
      const client = made.get(token) ?? new WebClient(token, { ...given, headers: {} });
      made.set(token, client);
      return client;
    };
  };
  let anonymous: WebClient | undefined;
  return {
    options,
    withToken: madeBy(options),
    inBackground: madeBy(inBackground),
    withoutToken() {
      // Kept, as those with a token are: making one takes a tenth of a millisecond, and every payload begins with it.
      anonymous ??= new WebClient(undefined, { ...options, headers: {} });
      return anonymous;
    },
    async respond(responseUrl, body) {
      const status = await told(onCall, 'response_url', async () => {
        const answer = await request(responseUrl, {
          dispatcher: agent,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await answer.body.dump();
        return [answer.statusCode, resultOf(answer.statusCode, true)];
      });
      if (status !== 200) throw new Error(`the response URL answered ${status}`);
    },
    async close() {
      await Promise.all([agent.destroy(), background.destroy()]);
    },
  };
}

/**
 * `undici.request` in the shape of `fetch`, as far as the client and Bolt use it: twice as fast, and redirects are
 * never followed.
 */
function undiciFetch(
  dispatcher: Agent,
  apiUrl: string,
  onCall: OnCall,
): NonNullable<WebClientOptions['fetch']> {
  const send = async (url: unknown, init: FetchInit = {}): Promise<FetchAnswer> => {
    const method = methodOf(String(url), apiUrl);
    const { statusCode, headers, text } = await told(onCall, method, async () => {
      const answer = await request(String(url), {
        dispatcher,
        method: (init.method ?? 'GET') as 'POST',
        headers: init.headers as Record<string, string> | undefined,
        body: init.body as string | undefined,
        signal: NEEDS_TRIGGER.has(method) ? soon(init.signal) : (init.signal ?? undefined),
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      });
      const whole = { ...answer, text: await answer.body.text() };
      return [whole, resultOf(answer.statusCode, /"ok":\s*true/.test(whole.text))];
    });
    const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const byName = new Map(pairs);
    if (statusCode === 429) byName.set('retry-after', String(retryAfter(byName.get('retry-after'))));
    return {
      ok: statusCode >= 200 && statusCode < 300,
      status: statusCode,
      statusText: '',
      url: String(url),
      headers: { get: (name) => byName.get(name.toLowerCase()) ?? null, entries: () => byName.entries() },
      text: async () => text,
      json: async () => JSON.parse(text) as unknown,
      arrayBuffer: async () => new TextEncoder().encode(text).buffer,
    };
  };
  return send as unknown as NonNullable<WebClientOptions['fetch']>;
}

function soon(signal?: AbortSignal | null): AbortSignal {
  const late = AbortSignal.timeout(TRIGGER_MS);
  return signal ? AbortSignal.any([signal, late]) : late;
}

/**
 * @param header as it came: seconds or a date (RFC 9110, 10.2.3), nothing, or what something in between made of it
 * @returns whole seconds to keep away, between one and an hour
 */
function retryAfter(header: string | undefined): number {
  const given = header?.trim() ?? '';
  const date = Date.parse(given);
  const seconds = /^\d+(\.\d+)?$/.test(given)
    ? Math.ceil(Number(given))
    : /[a-z]{3}/i.test(given) && !Number.isNaN(date)
      ? Math.ceil((date - Date.now()) / 1000)
      : RETRY_AFTER_SECONDS;
  return Math.min(LONGEST_RETRY_AFTER_SECONDS, Math.max(1, seconds));
}

/** Which methods are called is ours to say, so the names are few; addresses that Slack gives for files are secrets. */
function methodOf(url: string, apiUrl: string): string {
  if (!url.startsWith(apiUrl)) return 'upload';
  return /^[A-Za-z.]*/.exec(url.slice(apiUrl.length))?.[0] ?? '';
}

function resultOf(status: number, ok: boolean): CallResult {
  if (status === 429) return 'limited';
  if (status < 200 || status > 299) return 'failed';
  return ok ? 'ok' : 'refused';
}

/** Does a call and tells of it, whatever comes. */
async function told<T>(onCall: OnCall, method: string, call: () => Promise<[T, CallResult]>): Promise<T> {
  const started = performance.now();
  let result: CallResult = 'no_answer';
  try {
    const [answer, came] = await call();
    result = came;
    return answer;
  } finally {
    onCall(method, result, performance.now() - started);
  }
}

interface FetchInit {
  method?: string;
  headers?: unknown;
  body?: unknown;
  signal?: AbortSignal | null;
}

interface FetchAnswer {
  ok: boolean;
  status: number;
  statusText: string;
  url: string;
  headers: { get(name: string): string | null; entries(): IterableIterator<[string, string]> };
  text(): Promise<string>;
  json(): Promise<unknown>;
  arrayBuffer(): Promise<ArrayBufferLike>;
}
