import { startDnsServer } from '../../src/workspace/dns-server.ts';
import { type Child, startChild } from './child.ts';
import { freePort } from './free-port.ts';
import type { TestSlack } from './slack.ts';

/** Several processes of the bot on one database, behind a balancer that knows which of them are up. */
export interface Replicas {
  /** Those that are up, by their place. */
  up(): number[];
  /** Ends one with SIGKILL, as a machine that dies would. */
  kill(place: number): Promise<void>;
  /** Starts the one at a place again. @returns when it is up */
  start(place: number): Promise<void>;
  /** Ends one with SIGTERM. @returns its exit code and how long it took */
  stop(place: number): Promise<{ code: number | null; ms: number }>;
  /** The address of one of them, or of one that is up at random. */
  url(place?: number): string;
  /** What all of them wrote, also those that are no more. */
  log(): string[];
  close(): Promise<void>;
}

/**
 * Starts the bot so many times, as `npm start` does, and gives Slack's payloads to one of them at random.
 * @param options how many, the database, the Slack, further variables
 */
export async function startReplicas({
  count,
  databaseUrl,
  slack,
  env = {},
}: {
  count: number;
  databaseUrl: string;
  slack: TestSlack;
  env?: Record<string, string>;
}): Promise<Replicas> {
  const dns = await startDnsServer();
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const children: (Child | undefined)[] = ports.map(() => undefined);
  const ready = new Set<number>();
  const living = new Set<Child>();
  const ended: string[] = [];

  const start = async (place: number): Promise<void> => {
    const child = startChild('src/main.ts', [], {
      ...slack.env,
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEY: 'ab'.repeat(32),
      PORT: String(ports[place]),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
      DNS_SERVERS: dns.address,
      ALLOW_PRIVATE_NETWORK: 'true',
      LOG_LEVEL: 'info',
      ...env,
    });
    children[place] = child;
    living.add(child);
    void child.ended.then(() => {
      ready.delete(place);
      living.delete(child);
      ended.push(...child.lines);
    });
    await child.line(/Drawbridge is up/);
    ready.add(place);
  };
  const url = (place = [...ready][Math.floor(Math.random() * ready.size)] ?? 0) =>
    `http://127.0.0.1:${ports[place]}`;
  slack.deliverTo({ kind: 'http', url: () => `${url()}/slack/events` });
  const replicas: Replicas = {
    up: () => [...ready],
    async kill(place) {
      ready.delete(place);
      await children[place]?.kill('SIGKILL');
    },
    start,
    async stop(place) {
      const from = performance.now();
      ready.delete(place);
      const child = children[place];
      await child?.kill('SIGTERM');
      return { code: (await child?.ended) ?? null, ms: performance.now() - from };
    },
    url,
    log: () => [...ended, ...[...living].flatMap(({ lines }) => lines)],
    async close() {
      await Promise.all(children.map((child) => child?.kill('SIGKILL')));
      await dns.close();
    },
  };
  try {
    // One by one: the first migrates, and starting is what costs most on a small machine.
    await start(0);
    await Promise.all(ports.slice(1).map((_, place) => start(place + 1)));
    return replicas;
  } catch (error) {
    await replicas.close();
    throw error;
  }
}
