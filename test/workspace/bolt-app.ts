import type { AddressInfo } from 'node:net';
import { type AllMiddlewareArgs, App, HTTPReceiver, type Logger, LogLevel } from '@slack/bolt';
import { SIGNING_SECRET, startSlack, type TestSlack } from '../support/slack.ts';

export type Handler = (args: AllMiddlewareArgs & { body: Body; ack: Ack }) => Promise<void>;
// biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every kind
export type Body = any;
type Ack = (answer?: unknown) => Promise<void>;

/** A real Bolt app over real HTTP, and the workspace it lives in. */
export interface World {
  slack: TestSlack;
  client: App['client'];
  /** Where the app takes what Slack sends. */
  appUrl: string;
  /** What the app does with what it gets next; acks with nothing when a test says nothing. */
  on(handler: Handler): void;
  /** Everything the app got, oldest first. */
  got: Body[];
  stop(): Promise<void>;
}

/** What Bolt says of faults that a test provokes is nobody's concern. */
export const quiet: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** Starts both. */
export async function startWorld(options: Parameters<typeof startSlack>[0] = {}): Promise<World> {
  const slack = await startSlack(options);
  const receiver = new HTTPReceiver({
    signingSecret: SIGNING_SECRET,
    port: 0,
    logger: quiet,
  });
  const app = new App({
    receiver,
    token: slack.env.SLACK_BOT_TOKEN,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    logger: quiet,
    convoStore: false,
  });
  const got: Body[] = [];
  let handler: Handler = async ({ ack }) => ack?.();
  const dispatch = async (args: unknown) => {
    const { body } = args as { body: Body };
    got.push(body);
    await handler(args as Parameters<Handler>[0]);
  };
  app.command(/.*/, dispatch);
  app.action(/.*/, dispatch);
  app.view(/.*/, dispatch);
  app.view({ type: 'view_closed', callback_id: /.*/ }, dispatch);
  app.options(/.*/, dispatch);
  app.shortcut(/.*/, dispatch);
  for (const name of ['app_home_opened', 'user_change', 'channel_archive', 'tokens_revoked'] as const) {
    app.event(name, dispatch);
  }
  const server = await app.start(0);
  const { port } = (server as unknown as { address(): AddressInfo }).address();
  const appUrl = `http://127.0.0.1:${port}/slack/events`;
  slack.deliverTo({ kind: 'http', url: appUrl });
  return {
    slack,
    client: app.client,
    appUrl,
    on(next) {
      handler = next;
    },
    got,
    async stop() {
      await app.stop();
      await slack.close();
    },
  };
}
