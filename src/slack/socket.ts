import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '@slack/bolt';
import { WebAPIRateLimitedError } from '@slack/web-api';
import type { Clients } from './client.ts';
import type { SlackLog } from './logger.ts';
import { createLine, type Line } from './socket-line.ts';

/** Socket Mode over more than one connection, each renewed before it ends. */
export interface Sockets {
  /** @returns when the first connection is up, or soon will be. @throws when Slack refuses the token */
  start(): Promise<void>;
  /** @returns whether a connection is up */
  connected(): boolean;
  stop(): Promise<void>;
}

export interface SocketOptions {
  appToken: string;
  /** Where payloads go. */
  app: App;
  clients: Clients;
  log: SlackLog;
  /** How long a connection may take to come up; what is half open gives no sign of its own. */
  openMs?: number;
}

/** Each payload goes to one of them. Slack allows ten, which further processes share. */
const CONNECTIONS = 2;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** What arrived by an old connection is acknowledged by it, for which Slack waits 3 s. */
const LAST_ACKS_MS = 3200;
/** Slack ends a connection about ten seconds after it said so; until then payloads may still come by it. */
const LONGEST_END_MS = 30_000;

/** Slack's words for a token that will never do; everything else is worth trying again. */
const HOPELESS = /not_authed|invalid_auth|account_inactive|token_revoked|not_allowed_token_type/;

/**
 * @param options the app-level token, where payloads go, the client's options and the log
 */
export function createSockets(options: SocketOptions): Sockets {
  const { log } = options;
  const lines = new Set<Line>();
  const stopping = new AbortController();

  /** A new connection; when it is about to end, or has ended, another takes its place. */
  const fresh = (): Line => {
    const line = createLine(options, () => void replace(line));
    lines.add(line);
    return line;
  };

  const replace = async (old: Line): Promise<void> => {
    if (stopping.signal.aborted) return;
    await keep();
    const latest = performance.now() + LONGEST_END_MS;
    let lastAt = performance.now();
    // Whoever closes it while payloads still come by it loses the one that is on its way.
    while (old.up() && performance.now() < Math.min(lastAt + LAST_ACKS_MS, latest)) {
      await sleep(100);
      lastAt = Math.max(lastAt, old.lastAt());
    }
    lines.delete(old);
    await old.close();
  };

  /** Opens a connection, however often it takes. */
  const keep = async (): Promise<void> => {
    for (let wait = FIRST_WAIT_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const line = fresh();
      try {
        await line.open();
        return;
      } catch (error) {
        lines.delete(line);
        const waitMs = Math.round(Math.max(wait * (0.8 + Math.random() * 0.4), limitOf(error)));
        log.warn({ reason: reasonOf(error), waitMs }, 'The connection to Slack could not be opened');
        await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  return {
    async start() {
      const first = fresh();
      try {
        await first.open();
      } catch (error) {
        lines.delete(first);
        if (HOPELESS.test(reasonOf(error))) throw error;
        void keep();
      }
      for (let i = 1; i < CONNECTIONS; i++) void keep();
    },
    connected: () => [...lines].some((line) => line.up()),
    async stop() {
      stopping.abort();
      await Promise.all([...lines].map((line) => line.close()));
    },
  };
}

/** How long Slack wants to be left alone; addresses are given out about once a minute when one asks too often. */
function limitOf(error: unknown): number {
  return error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : 0;
}

function reasonOf(error: unknown): string {
  const reason = (error as { data?: { error?: string } } | undefined)?.data?.error;
  return reason ?? (error instanceof Error ? error.message : 'no connection');
}
