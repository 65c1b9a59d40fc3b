import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import type { Queryable } from '../../db/client.ts';
import type { Clock } from '../clock.ts';
import type { Config, SlackTransport } from '../config.ts';
import type { Reading } from '../operations/operation.ts';
import type { Secrets } from '../secrets.ts';
import type { Service } from '../service/service.ts';
import type { Measure } from './answer.ts';
import { type Clients, createClients, type OnCall, SLACK_API } from './client.ts';
import { createDispatch } from './dispatch.ts';
import { createFiles } from './files.ts';
import { createGate, type Gate } from './gate.ts';
import type { Listed } from './grammar.ts';
import { identify } from './identify.ts';
import { createInstall, INSTALL_PATH, REDIRECT_PATH } from './install.ts';
import { intentOf } from './intent.ts';
import { boltLogger, type SlackLog } from './logger.ts';
import { createPeople } from './people.ts';
import { createSockets, type Sockets } from './socket.ts';
import { createWorkspaces, type Workspaces } from './workspaces.ts';

export interface SlackAppOptions {
  /** `slack` must not be `local`: the local workspace is given as a single one with its own token and secret. */
  config: Pick<Config, 'slack' | 'slackApiUrl' | 'publicUrl'>;
  service: Service;
  operations: readonly Listed[];
  db: Queryable;
  secrets: Secrets;
  log: SlackLog;
  clock: Clock;
  /** Told of what is answered and called, for the metrics. */
  measure?: Measure & { slackCall: OnCall };
}

export interface SlackApp {
  app: App;
  clients: Clients;
  workspaces: Workspaces;
  /** Answers a request for one of Slack's paths. @returns false when the path is not one of them */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /** Learns which workspace this is, and connects in Socket Mode. @throws SlackStartError */
  start(): Promise<void>;
  /** Whether payloads can arrive. */
  ready(): boolean;
  /** Takes nothing new, waits for what is under way, at most 10 s, and lets go of all connections. */
  stop(): Promise<void>;
}

export const EVENTS_PATH = '/slack/events';
/** Slack's own limit of a view with all that can be filled in is far below. */
const BODY_BYTES = 1024 * 1024;
const STOP_MS = 10_000;
/** What came by Socket Mode is acknowledged by the connection it came by, for which Slack waits 3 s. */
const LAST_ACKS_MS = 3200;
/** Slack signs with its present time; five minutes either way (docs: "Verifying requests from Slack"). */
const SKEW_SECONDS = 5 * 60;

/**
 * The only place that constructs Bolt.
 * @param options what it works with
 */
export function createSlackApp(options: SlackAppOptions): SlackApp {
  const { config, service, operations, db, secrets, log, clock, measure } = options;
  if (config.slack.mode === 'local')
    throw new TypeError('the local workspace has a token and secret of its own');
  const apiUrl = config.slackApiUrl ?? SLACK_API;
  const clients = createClients(apiUrl, log, measure?.slackCall);
  const workspaces = createWorkspaces(db, secrets, clock);
  const files = createFiles(apiUrl);
  const people = createPeople(service.people);
  const dispatch = createDispatch(
    { service, operations, people, workspaces, files, log, ...(measure && { measure }) },
    clients,
  );
  const { transport } = config.slack;
  const http = httpReceiver(transport, log);
  const app = new App({
    receiver: http ?? noReceiver,
    // Who we are in a workspace is looked up by `dispatch`, so that a failure becomes an answer.
    authorize: async ({ teamId }) => ({ teamId, botId: 'unused', botUserId: 'unused' }),
    convoStore: false,
    ignoreSelf: false,
    logger: boltLogger(log),
    clientOptions: { ...clients.options },
  });
  const gate = createGate(app);
  listen(app, gate, dispatch);
  http?.init(gate.app);
  const sockets = socketsOf(transport, gate, clients, log);
  const install =
    config.slack.mode === 'oauth'
      ? createInstall({ ...config.slack, publicUrl: config.publicUrl, apiUrl, workspaces, clients, log })
      : null;
  let started = false;
  let stopping = false;

  return {
    app,
    clients,
    workspaces,
    handle(req, res) {
      const [path] = (req.url ?? '').split('?');
      if (path === EVENTS_PATH && req.method === 'POST' && http) {
        const status = refusal(req, stopping);
        if (status) reject(res, status);
        else http.requestListener(req, res);
        return true;
      }
      if (install && req.method === 'GET' && (path === INSTALL_PATH || path === REDIRECT_PATH)) {
        install(req, res);
        return true;
      }
      return false;
    },
    async start() {
      if (config.slack.mode === 'single') await identify(config.slack.botToken, clients, workspaces, log);
      await warmUp(service, operations);
      await sockets?.start();
      started = true;
    },
    ready: () => started && !stopping && (sockets?.connected() ?? true),
    async stop() {
      if (stopping) return;
      stopping = true;
      gate.leave();
      if (sockets) await gate.idle(LAST_ACKS_MS);
      await sockets?.stop();
      await gate.idle(STOP_MS);
      await Promise.all([clients.close(), files.close()]);
    },
  };
}

/** The first statement of its kind is parsed and planned, which nobody who presses a button should wait for. */
async function warmUp(service: Service, operations: readonly Listed[]): Promise<void> {
  const reading = operations.find((listed): listed is Reading => listed.type === 'reading');
  if (reading) await service.show(reading, { workspaceId: '-', slackId: '-' }, {}, {});
}

function httpReceiver(transport: SlackTransport, log: SlackLog): HTTPReceiver | null {
  if (!transport.signingSecret) return null;
  return new HTTPReceiver({
    signingSecret: transport.signingSecret,
    endpoints: [EVENTS_PATH],
    bodyLimit: BODY_BYTES,
    logger: boltLogger(log),
  });
}

/** Bolt wants one receiver; in Socket Mode each connection has its own, made in `socket.ts`. */
const noReceiver: Receiver = { init() {}, start: async () => undefined, stop: async () => undefined };

function socketsOf(transport: SlackTransport, gate: Gate, clients: Clients, log: SlackLog): Sockets | null {
  if (transport.kind !== 'socket') return null;
  return createSockets({ appToken: transport.appToken, app: gate.app, clients, log });
}

/**
 * One listener for all kinds of payload, as global middleware: Bolt runs every listener's matchers for each payload
 * (about 17 µs each), and ours is a table.
 */
function listen(app: App, gate: Gate, dispatch: ReturnType<typeof createDispatch>): void {
  app.use(async (args) => {
    const ack = 'ack' in args && args.ack ? (args.ack as (body?: unknown) => Promise<void>) : async () => {};
    await dispatch(intentOf(args.body), { ack, crowded: gate.crowded() });
  });
}

/** @returns the status to refuse a request with before its body is read, or null. Bolt checks the signature. */
function refusal(req: IncomingMessage, stopping: boolean): number | null {
  if (stopping) return 503;
  if (Number(req.headers['content-length'] ?? 0) > BODY_BYTES) return 413;
  const sent = Number(req.headers['x-slack-request-timestamp']);
  // Bolt refuses old timestamps and lets future ones through, which could be replayed until then.
  return sent > Date.now() / 1000 + SKEW_SECONDS ? 401 : null;
}

function reject(res: ServerResponse, status: number): void {
  res.writeHead(status, { connection: 'close' });
  res.end();
}
