import type { LogLevel } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Logger as PinoLogger } from 'pino';

/** The part of the log that this folder writes to. */
export type SlackLog = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

type BoltLogger = NonNullable<WebClientOptions['logger']>;

/**
 * Our log as Bolt and its clients take it. Their debug messages are dropped: they hold payloads, and with them
 * what people wrote and response URLs.
 * @param log where to write
 */
export function boltLogger(log: SlackLog): BoltLogger {
  const words = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? `${part.name}: ${part.message}` : String(part))).join(' ');
  return {
    debug() {},
    info: (...parts) => log.debug({ from: 'bolt' }, words(parts)),
    warn: (...parts) => log.warn({ from: 'bolt' }, words(parts)),
    error: (...parts) => log.error({ from: 'bolt' }, words(parts)),
    setLevel() {},
    getLevel: () => 'info' as LogLevel.INFO,
    setName() {},
  };
}
