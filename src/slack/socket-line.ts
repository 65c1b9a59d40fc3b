import { SocketModeReceiver } from '@slack/bolt';
import { boltLogger } from './logger.ts';
import type { SocketOptions } from './socket.ts';

/** One connection to Slack, opened once and closed once. */
export interface Line {
  up(): boolean;
  /** When the last payload came by it, by `performance.now()`. */
  lastAt(): number;
  /** @throws when it cannot be opened */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Without an answer to a ping for so long a connection is taken for dead. */
const PING_TIMEOUT_MS = 5000;
const CLOSE_MS = 2000;
/** For the address, the connection and Slack's `hello`. */
const OPEN_MS = 15_000;

/**
 * @param options the token and where payloads go
 * @param onEnding called once, when Slack says that this connection will end or when it ended by itself
 */
export function createLine(
  { appToken, app, clients, log, openMs = OPEN_MS }: SocketOptions,
  onEnding: () => void,
): Line {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    // Bolt's own way waits before it connects again, and gives up, unhandled, when the network is away.
    autoReconnectEnabled: false,
    clientPingTimeout: PING_TIMEOUT_MS,
    installerOptions: { clientOptions: clients.options },
  });
  const { client } = receiver;
  let up = false;
  let ending = false;
  let lastAt = 0;

  const end = (): void => {
    if (ending) return;
    ending = true;
    onEnding();
  };

  receiver.init(app);
  client.on('slack_event', () => {
    lastAt = performance.now();
  });
  client.on('connected', () => {
    up = true;
    // Given up while it was being opened.
    if (ending) void hangUp();
  });
  client.on('disconnected', () => {
    const was = up;
    up = false;
    if (was) end();
  });
  announceEnd(client, end);

  const hangUp = async (): Promise<void> => {
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([client.disconnect(), late]);
  };

  return {
    up: () => up,
    lastAt: () => lastAt,
    async open() {
      const starting = client.start();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('Slack did not say hello in time')), openMs);
      });
      try {
        await Promise.race([starting, late]);
      } catch (error) {
        ending = true;
        starting.catch((reason: unknown) => log.debug({ err: reason }, 'A connection that was given up'));
        void hangUp();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      ending = true;
      if (up) await hangUp();
    },
  };
}

/**
 * Slack says `disconnect` some seconds before it closes a connection (docs: "Using Socket Mode", Disconnect
 * messages). The client would close at once; here the connection stays until another one is up.
 */
function announceEnd(client: SocketModeReceiver['client'], end: () => void): void {
  const [read] = client.listeners('ws_message') as ((data: unknown, binary: boolean) => void)[];
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, binary: boolean) => {
    if (typeof data === 'string' && data.includes('"disconnect"') && isDisconnect(data)) end();
    else read?.(data, binary);
  });
}

function isDisconnect(data: string): boolean {
  try {
    return (JSON.parse(data) as { type?: unknown } | null)?.type === 'disconnect';
  } catch {
    // What is no JSON is left to the client, which logs it.
    return false;
  }
}
