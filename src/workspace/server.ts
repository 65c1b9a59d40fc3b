import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';
import { type ActionsOf, actionsOf } from './actions/index.ts';
import { Bus } from './bus.ts';
import { fill, newest, snapshot } from './contents.ts';
import type { Context } from './context.ts';
import type { Delivery } from './delivery/delivery.ts';
import { type HttpTarget, httpDelivery } from './delivery/http.ts';
import { SocketDelivery } from './delivery/socket.ts';
import { Directory } from './directory.ts';
import { Faults } from './faults.ts';
import { Files, memoryBytes } from './files.ts';
import { sendText, urlOf } from './http.ts';
import { timestamps } from './ids.ts';
import { TypedTokens } from './leaks.ts';
import type { Manifest } from './manifest.ts';
import { Messages } from './messages.ts';
import { Modals } from './modals.ts';
import { RateLimits } from './rate-limits.ts';
import { type LogEntry, type Refusal, RequestLog } from './request-log.ts';
import { ResponseUrls } from './response-urls.ts';
import { type Page, serveWorkspace } from './routes.ts';
import { BOT, type Seed, TEAM } from './seed.ts';
import { Store } from './store.ts';
import { type OAuthClient, Tokens } from './tokens.ts';
import { Triggers } from './triggers.ts';
import { EventStreams } from './ui/events.ts';
import type { Panels } from './ui/panels.ts';

/** How the app is reached. */
export type Target =
  | { kind: 'http'; url: string | (() => string); tamper?: HttpTarget['tamper'] }
  | { kind: 'socket' };

export interface WorkspaceOptions {
  manifest: Manifest;
  botToken: string;
  signingSecret: string;
  appToken?: string;
  /** For `oauth.v2.access`. */
  oauth?: OAuthClient;
  deliver: Target;
  /** In memory, or in a directory of its own. */
  store: 'memory' | { directory: string };
  clock?: Clock;
  rateLimits?: boolean;
  /** Hears of everything that passes between Slack and the app. */
  log?: (entry: LogEntry) => void;
  seed?: Seed;
  /** `/workspace` when left out. */
  basePath?: string;
  /** The server's own origin, e.g. `http://localhost:3000`; `listen` sets it by itself. */
  origin?: string;
  panels?: Panels;
  /** Serves the page's own files; answers false for what it has not. */
  page?: Page;
  /** Waits before an event is sent again; Slack's when left out. */
  eventRetriesMs?: number[];
}

/** A Slack workspace on this machine. */
export interface Workspace extends ActionsOf {
  /** Serves what is under the base path. @returns false for anything else */
  handler(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** Serves WebSocket upgrades under the base path (Socket Mode). @returns false for anything else */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Listens by itself on loopback. @returns the origin, e.g. `http://127.0.0.1:40123` */
  listen(port?: number): Promise<string>;
  /** Ends the live connections of open pages, for which a server that stops would wait. */
  hangUp(): void;
  close(): Promise<void>;
  /** Says where this server is reached, when it is mounted in another. */
  setOrigin(origin: string): void;
  /** Says how the app is reached from now on. */
  deliverTo(target: Target): void;
  /** Base address of the Web API with a slash at the end, for `SLACK_API_URL`. */
  readonly apiUrl: string;
  /** What Slack would have refused so far: requests of the app, and its answers to what it was sent. */
  readonly refusals: readonly Refusal[];
  /** What shall go wrong, for tests. */
  readonly faults: Faults;
  /** All parts, for tests that look closer. */
  readonly ctx: Context;
}

const RETRIES_MS = [0, 60_000, 300_000];

/**
 * Makes a workspace. Several can live beside each other.
 * @returns it, not yet listening: mount `handler` and `upgrade`, or call `listen`
 */
export async function createWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const clock = options.clock ?? systemClock;
  const basePath = options.basePath ?? '/workspace';
  const bus = new Bus();
  const store = options.store === 'memory' ? undefined : new Store(options.store.directory);
  const kept = await store?.load();
  let origin = options.origin ?? 'http://localhost:3000';
  const name = options.manifest.features?.bot_user?.display_name ?? options.manifest.display_information.name;
  const bot = { ...BOT, name };
  const team = { ...TEAM, ...options.seed?.team };
  const directory = new Directory(team, bot, clock, bus);
  const ctx: Context = {
    clock,
    manifest: options.manifest,
    bus,
    directory,
    messages: new Messages(bus, timestamps(clock, newest(kept))),
    modals: new Modals(team, bot, bus),
    files: new Files(store?.bytes() ?? memoryBytes(), clock, bus),
    triggers: new Triggers(clock),
    responseUrls: new ResponseUrls(clock),
    rateLimits: new RateLimits(clock, options.rateLimits ?? false),
    faults: new Faults(),
    log: new RequestLog(clock, bus, options.log),
    typed: new TypedTokens(),
    tokens: new Tokens(options.botToken, options.appToken, options.oauth),
    reads: new Map(),
    delivery: httpDelivery({ url: 'http://localhost', signingSecret: options.signingSecret }),
    socket: undefined,
    eventRetriesMs: options.eventRetriesMs ?? RETRIES_MS,
    base: () => origin + basePath,
  };
  const deliverTo = (target: Target) => {
    const socket = target.kind === 'socket' ? new SocketDelivery(bot.app_id) : undefined;
    ctx.socket = socket;
    ctx.delivery =
      target.kind === 'http'
        ? httpDelivery({ ...target, signingSecret: options.signingSecret })
        : (socket as Delivery);
  };
  deliverTo(options.deliver);
  fill(ctx, kept, options.seed);
  store?.start(bus, () => snapshot(ctx));

  const streams = new EventStreams();
  const parts = { streams, panels: options.panels ?? {} };
  let server: Server | undefined;

  const workspace: Workspace = {
    ...actionsOf(ctx),
    ctx,
    faults: ctx.faults,
    refusals: ctx.log.refusals,
    deliverTo,
    setOrigin(value) {
      origin = value.replace(/\/$/, '');
    },
    get apiUrl() {
      return `${ctx.base()}/api/`;
    },
    async handler(request, response) {
      const { pathname } = urlOf(request);
      if (pathname !== basePath && !pathname.startsWith(`${basePath}/`)) return false;
      const path = pathname.slice(basePath.length);
      return serveWorkspace(ctx, parts, options.page, path, request, response);
    },
    upgrade(request, socket, head) {
      const { pathname } = urlOf(request);
      if (pathname !== `${basePath}/socket`) return false;
      if (!ctx.socket?.upgrade(request, socket, head)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      }
      return true;
    },
    async listen(port = 0) {
      const own = createServer((request, response) => {
        workspace.handler(request, response).then(
          (served) => served || sendText(response, 404, 'Not found'),
          (error: unknown) => {
            response.destroy();
            throw error;
          },
        );
      });
      own.on('upgrade', (request, socket, head) => {
        if (!workspace.upgrade(request, socket, head)) socket.destroy();
      });
      await new Promise<void>((resolve, reject) => {
        own.once('error', reject);
        own.listen(port, '127.0.0.1', resolve);
      });
      server = own;
      workspace.setOrigin(`http://127.0.0.1:${(own.address() as AddressInfo).port}`);
      return origin;
    },
    hangUp: () => streams.close(),
    async close() {
      streams.close();
      await ctx.delivery.close();
      await store?.close();
      if (!server) return;
      server.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    },
  };
  return workspace;
}
