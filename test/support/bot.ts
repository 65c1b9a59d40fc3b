import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from '../../db/client.ts';
import { movableClock } from '../../src/clock.ts';
import type { Config } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { operations } from '../../src/operations/index.ts';
import type { Tools } from '../../src/operations/operation.ts';
import { secrets } from '../../src/secrets.ts';
import { createService } from '../../src/service/create.ts';
import type { Service } from '../../src/service/service.ts';
import { createSlackApp, type SlackApp } from '../../src/slack/app.ts';
import { prepareSchema } from '../../src/workspace/block-kit/schema.ts';
import { tools } from './ask.ts';
import { testDatabase } from './database.ts';
import {
  APP_TOKEN,
  BOT_TOKEN,
  CHANNELS,
  PEOPLE,
  SIGNING_SECRET,
  startSlack,
  type TestSlack,
} from './slack.ts';

/** The bot as far as it answers people, over real signed HTTP, on a database of its own; without the worker. */
export interface TestBot {
  db: Database;
  slack: TestSlack;
  app: SlackApp;
  service: Service;
  clock: ReturnType<typeof movableClock>;
  /** Where Slack's requests go. */
  url: string;
  /** What was logged, one JSON text a line. */
  logged(): string;
  /** Sets up the team Acme by the owner: the admin and owner ask, approver and owner decide. */
  setUp(name?: string): Promise<void>;
  close(): Promise<void>;
}

export interface BotOptions {
  tools?: Partial<Tools>;
  /** Changes the service, so that a test can make it slow or fail. */
  service?: (real: Service) => Service;
  socket?: boolean;
  /** Many workspaces: nothing is installed at first. */
  oauth?: boolean;
  /** A database that is open already; whoever opened it closes it. */
  database?: Database;
  slack?: Parameters<typeof startSlack>[0];
}

/** The app as the workspace knows it, for installing by OAuth. */
export const OAUTH = { clientId: '123.456', clientSecret: 'a-client-secret-for-tests' };

/** @returns a bot that listens, in the stand-in workspace */
export async function startBot(options: BotOptions = {}): Promise<TestBot> {
  const clock = movableClock();
  const db = options.database ?? (await testDatabase());
  const slack = await startSlack({
    clock,
    ...(options.oauth && { oauth: OAUTH }),
    ...(options.socket && { deliver: { kind: 'socket' as const } }),
    ...options.slack,
  });
  let logged = '';
  const log = createLog('trace', {
    write(line: string) {
      logged += line;
    },
  });
  const real = createService({
    db,
    clock,
    log,
    operations,
    installation: { publicUrl: 'https://sso.example', supportContact: null },
    tools: tools(options.tools),
  });
  const service = options.service?.(real) ?? real;
  const transport = options.socket
    ? { kind: 'socket' as const, appToken: APP_TOKEN, signingSecret: undefined }
    : { kind: 'http' as const, signingSecret: SIGNING_SECRET };
  const config: Pick<Config, 'slack' | 'slackApiUrl' | 'publicUrl'> = {
    slack: options.oauth
      ? { mode: 'oauth', ...OAUTH, stateSecret: 'a-state-secret-for-tests', transport }
      : { mode: 'single', botToken: BOT_TOKEN, transport },
    slackApiUrl: slack.apiUrl,
    publicUrl: 'https://sso.example',
  };
  const app = createSlackApp({
    config,
    service,
    operations,
    db,
    secrets: secrets(Buffer.alloc(32, 7)),
    log,
    clock,
  });
  const server = createServer((req, res) => {
    if (!app.handle(req, res)) res.writeHead(404).end();
  });
  // The stand-in compiles Slack's schema at first use; in one process with the bot that would cost the first answer.
  prepareSchema();
  const url = await listen(server);
  if (!options.socket) slack.deliverTo({ kind: 'http', url });
  await app.start();
  return {
    db,
    slack,
    app,
    service,
    clock,
    url,
    logged: () => logged,
    setUp: (name) => setUp(slack, name),
    async close() {
      await app.stop();
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
      await slack.close();
      if (!options.database) await db.close();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
}

async function setUp(slack: TestSlack, name = 'Acme'): Promise<void> {
  const owner = slack.as(PEOPLE.owner);
  await owner.command('/sso setup');
  await owner.modal('Set up your team');
  const { ack } = await owner.submit({
    'Team name': name,
    'Notifications channel': CHANNELS.notifications,
    Admins: [PEOPLE.owner, PEOPLE.admin],
    Approvers: [PEOPLE.owner, PEOPLE.approver],
  });
  if ((ack as { response_action?: string }).response_action !== 'update') {
    throw new Error(`the team was not set up: ${JSON.stringify(ack)}`);
  }
}
