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
  /** A client without a token, for the exchange of an OAuth code. */
  withoutToken(): WebClient;
  /** What Bolt's own clients are made with, so that they behave the same. */
  options: WebClientOptions;
  /** Answers by a response URL. @throws when it is not taken: it lasts for 30 minutes and five answers. */
  respond(responseUrl: string, body: unknown): Promise<void>;
  /** Lets go of open connections. */
  close(): Promise<void>;
}

/** Longer than this no answer to a person can wait. */
const TIMEOUT_MS = 10_000;

/**
 * Makes clients of the Web API. They neither wait for a rate limit nor try again: whoever calls knows better,
 * and a client that pauses for one channel holds up all others.
 * @param apiUrl the API's base; undefined for Slack's own
 * @param log where the clients write
 * @param onCall is told of every call
 */
export function createClients(apiUrl: string | undefined, log: SlackLog, onCall: OnCall = () => {}): Clients {
  const agent = new Agent({ connections: 16, keepAliveTimeout: 10_000, connect: { timeout: 5000 } });
  const options: WebClientOptions = {
    slackApiUrl: apiUrl ?? SLACK_API,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: TIMEOUT_MS,
    logger: boltLogger(log),
    allowAbsoluteUrls: false,
    fetch: undiciFetch(agent, apiUrl ?? SLACK_API, onCall),
  };
  const made = new Map<string, WebClient>();
  let anonymous: WebClient | undefined;
  return {
    options,
    withToken(token) {
      const client = made.get(token) ?? new WebClient(token, { ...options, headers: {} });
      made.set(token, client);
      return client;
    },
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
    close: () => agent.close(),
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
    const { statusCode, headers, text } = await told(onCall, methodOf(String(url), apiUrl), async () => {
      const answer = await request(String(url), {
        dispatcher,
        method: (init.method ?? 'GET') as 'POST',
        headers: init.headers as Record<string, string> | undefined,
        body: init.body as string | undefined,
        signal: init.signal ?? undefined,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      });
      const whole = { ...answer, text: await answer.body.text() };
      return [whole, resultOf(answer.statusCode, /"ok":\s*true/.test(whole.text))];
    });
    const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const byName = new Map(pairs);
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
