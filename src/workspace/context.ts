import type { Clock } from '../clock.ts';
import type { Bus } from './bus.ts';
import type { Delivery } from './delivery/delivery.ts';
import type { SocketDelivery } from './delivery/socket.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import type { Files } from './files.ts';
import type { TypedTokens } from './leaks.ts';
import type { Manifest } from './manifest.ts';
import type { Messages } from './messages.ts';
import type { Modals } from './modals.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RequestLog } from './request-log.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Tokens } from './tokens.ts';
import type { Triggers } from './triggers.ts';

/** The parts of one workspace, given to whatever works on it. */
export interface Context {
  clock: Clock;
  manifest: Manifest;
  bus: Bus;
  directory: Directory;
  messages: Messages;
  modals: Modals;
  files: Files;
  triggers: Triggers;
  responseUrls: ResponseUrls;
  rateLimits: RateLimits;
  faults: Faults;
  log: RequestLog;
  /** What people typed that must not become real. */
  typed: TypedTokens;
  tokens: Tokens;
  /** Read marks: person → channel → ts. */
  reads: Map<string, Record<string, string>>;
  delivery: Delivery;
  socket: SocketDelivery | undefined;
  /** Seconds-long waits before an event is sent again. */
  eventRetriesMs: number[];
  /** The workspace's own address, with its path, without a slash at the end. */
  base(): string;
}
