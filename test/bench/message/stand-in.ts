import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Web API that takes messages at once and notes when. */
export interface StandIn {
  apiUrl: string;
  /** @returns when the next message for the channel is there, by `performance.now()`; one that is refused counts too */
  arrival(channel: string): Promise<number>;
  /** The next call for the channel is answered 429, with so many seconds to wait. */
  limit(channel: string, seconds: number): void;
  close(): Promise<void>;
}

/** @returns a stand-in on a free port of loopback */
export async function startStandIn(): Promise<StandIn> {
  const waiting = new Map<string, (at: number) => void>();
  const limited = new Map<string, number>();
  let posted = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const at = performance.now();
      const channel = new URLSearchParams(Buffer.concat(chunks).toString()).get('channel') ?? '';
      const seconds = limited.get(channel);
      limited.delete(channel);
      posted += 1;
      const headers = {
        'content-type': 'application/json',
        ...(seconds && { 'retry-after': String(seconds) }),
      };
      res.writeHead(seconds ? 429 : 200, headers);
      res.end(
        JSON.stringify(
          seconds ? { ok: false, error: 'ratelimited' } : { ok: true, channel, ts: `1.${posted}` },
        ),
      );
      waiting.get(channel)?.(at);
      waiting.delete(channel);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    arrival: (channel) => new Promise((resolve) => waiting.set(channel, resolve)),
    limit: (channel, seconds) => void limited.set(channel, seconds),
    async close() {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}
