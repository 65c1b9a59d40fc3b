import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/** One round trip: what a client sent at once and waited for. */
export interface Exchange {
  /** Texts of the statements that were executed or, while they are prepared, parsed. */
  statements: string[];
  /** Something in it was parsed: the statement was not prepared before. */
  parsed: boolean;
  /** A transaction or its end, `LISTEN`, or a statement sent by the simple protocol. */
  simple: boolean;
}

/** A TCP proxy before a PostgreSQL server that counts round trips and can make each of them slower. */
export interface PgProxy {
  /** The server's address by way of the proxy. */
  url: string;
  /** Milliseconds added to each round trip from now on. */
  delayMs: number;
  /** Round trips since the last call, in the order in which they began. */
  take(): Exchange[];
  close(): Promise<void>;
}

/** Messages of the protocol that count (PostgreSQL documentation, "Message Formats"). */
const PARSE = 0x50;
const BIND = 0x42;
const QUERY = 0x51;
const SYNC = 0x53;
const FLUSH = 0x48;

/**
 * Starts a proxy on a free port of loopback.
 * @param serverUrl the address of the server, with user, password and database
 * @param delayMs added to each round trip
 */
export async function startPgProxy(serverUrl: string, delayMs = 0): Promise<PgProxy> {
  const target = new URL(serverUrl);
  let exchanges: Exchange[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(Number(target.port || 5432), target.hostname);
    const count = counter((exchange) => exchanges.push(exchange));
    const later = inOrder(() => proxy.delayMs);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    client.on('data', (chunk) => {
      count(chunk);
      later(() => upstream.write(chunk));
    });
    upstream.on('data', (chunk) => client.write(chunk));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('end', () => later(() => to.end()));
      from.on('error', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const proxy: PgProxy = {
    url: url.href,
    delayMs,
    take() {
      const taken = exchanges;
      exchanges = [];
      return taken;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** Does things in their order, each so much later than it was asked for. */
function inOrder(delayMs: () => number): (act: () => void) => void {
  let waiting = 0;
  return (act) => {
    const ms = delayMs();
    if (ms === 0 && waiting === 0) return act();
    waiting += 1;
    setTimeout(() => {
      waiting -= 1;
      act();
    }, ms);
  };
}

/**
 * Reads the frontend's messages of one connection: each that ends a turn (Sync, Flush, Query) ends an exchange.
 * @param tell told of each exchange
 * @returns takes the bytes as they come
 */
export function counter(tell: (exchange: Exchange) => void): (chunk: Buffer) => void {
  const texts = new Map<string, string>();
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  let exchange = fresh();

  const message = (type: number, body: Buffer): void => {
    if (type === PARSE) {
      const [name, text] = [cString(body, 0), cString(body, cString(body, 0).length + 1)];
      texts.set(name, text);
      exchange.parsed = true;
      exchange.statements.push(text);
    } else if (type === BIND) {
      const portal = cString(body, 0);
      const text = texts.get(cString(body, portal.length + 1)) ?? '?';
      if (!exchange.statements.includes(text)) exchange.statements.push(text);
    } else if (type === QUERY) {
      exchange.statements.push(cString(body, 0));
      exchange.simple = true;
    }
    if ((type === SYNC || type === FLUSH || type === QUERY) && exchange.statements.length > 0) {
      tell(exchange);
      exchange = fresh();
    }
  };

  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      // The first message (start-up) has no type.
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = rest.readInt32BE(head);
      if (rest.length < head + length) return;
      if (started) message(rest[0] as number, rest.subarray(5, 1 + length));
      started = true;
      rest = rest.subarray(head + length);
    }
  };
}

function fresh(): Exchange {
  return { statements: [], parsed: false, simple: false };
}

function cString(body: Buffer, from: number): string {
  return body.toString('utf8', from, body.indexOf(0, from));
}
