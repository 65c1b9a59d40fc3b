import { type App, SocketModeReceiver } from '@slack/bolt';
import type { Clients } from './client.ts';
import { boltLogger, type SlackLog } from './logger.ts';

/** Socket Mode over connections of which one is always there while another is renewed. */
export interface Sockets {
  /** @returns when the first connection is up. @throws when Slack refuses the token */
  start(): Promise<void>;
  /** @returns whether a connection is up */
  connected(): boolean;
  stop(): Promise<void>;
}

/** Slack closes each connection every few hours, and allows ten; each payload goes to one of them. */
const CONNECTIONS = 2;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** Without an answer to a ping for so long a connection is taken for dead. */
const PING_TIMEOUT_MS = 5000;
const STOP_MS = 3000;

/** Slack's words for a token that will never do; everything else is worth trying again. */
const HOPELESS = /not_authed|invalid_auth|account_inactive|token_revoked|not_allowed_token_type/;

/**
 * @param options the app-level token, where payloads go, the client's options and the log
 */
export function createSockets(options: {
  appToken: string;
  app: App;
  clients: Clients;
  log: SlackLog;
}): Sockets {
  const lines = Array.from({ length: CONNECTIONS }, () => createLine(options));
  return {
    async start() {
      await lines[0]?.start();
      for (const line of lines.slice(1)) void line.keep();
    },
    connected: () => lines.some((line) => line.up()),
    async stop() {
      await Promise.all(lines.map((line) => line.stop()));
    },
  };
}

/** One connection, brought up again by ourselves: Bolt's own way gives up, unhandled, when the network is away. */
function createLine({ appToken, app, clients, log }: Parameters<typeof createSockets>[0]) {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    autoReconnectEnabled: false,
    clientPingTimeout: PING_TIMEOUT_MS,
    installerOptions: { clientOptions: clients.options },
  });
  receiver.init(app);
  let up = false;
  let stopping = false;
  let wait = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | undefined;
  receiver.client.on('connected', () => {
    up = true;
    wait = FIRST_WAIT_MS;
  });
  receiver.client.on('disconnected', () => {
    const was = up;
    up = false;
    if (was && !stopping) void keep();
  });

  const keep = async (): Promise<void> => {
    if (stopping) return;
    try {
      await receiver.client.start();
    } catch (error) {
      log.warn({ reason: reasonOf(error), waitMs: wait }, 'The connection to Slack could not be opened');
      timer = setTimeout(() => void keep(), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  };

  return {
    up: () => up,
    keep,
    async start(): Promise<void> {
      try {
        await receiver.client.start();
      } catch (error) {
        if (HOPELESS.test(reasonOf(error))) throw error;
        void keep();
      }
    },
    async stop(): Promise<void> {
      stopping = true;
      clearTimeout(timer);
      if (!up) return;
      const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref());
      await Promise.race([receiver.client.disconnect(), late]);
    },
  };
}

function reasonOf(error: unknown): string {
  const reason = (error as { data?: { error?: string } } | undefined)?.data?.error;
  return reason ?? (error instanceof Error ? error.message : 'no connection');
}
