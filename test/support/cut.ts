import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy whose cable can be pulled. */
export interface Cable {
  /** The server's address by way of the cable. */
  url: string;
  /** Lets nothing through, either way, without a word: as when the cable is pulled. New connections hang as well. */
  pull(): void;
  /** Lets everything reach the server, and none of its answers come back: what was asked is done, and nobody hears. */
  mute(): void;
  /** Resets what is open and lets nothing new through until it is plugged in again. */
  cut(): void;
  /** Lets nothing through on what is open now, without a word; new connections are not touched. */
  forget(): void;
  /** Lets everything through again; what was open meanwhile is reset, as a network that has forgotten it would. */
  plug(): void;
  close(): Promise<void>;
}

/**
 * Starts it on a free port of loopback.
 * @param serverUrl the address of the server
 */
export async function startCable(serverUrl: string): Promise<Cable> {
  const target = new URL(serverUrl);
  const open = new Set<Socket>();
  let pulled = false;
  let muted = false;
  const forgotten = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A reset is what this is for.
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((client) => {
    keep(client);
    if (pulled) return void client.pause();
    const upstream = connect(Number(target.port || 5432), target.hostname);
    keep(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (chunk) => {
        if (!pulled && !(muted && from === upstream) && !forgotten.has(from)) to.write(chunk);
      });
      from.on('close', () => {
        if (!pulled && !muted) to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const reset = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    pull() {
      pulled = true;
    },
    mute() {
      muted = true;
    },
    cut() {
      pulled = true;
      reset();
    },
    forget() {
      for (const socket of open) forgotten.add(socket);
    },
    plug() {
      reset();
      pulled = muted = false;
    },
    async close() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
