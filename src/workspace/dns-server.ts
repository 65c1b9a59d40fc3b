import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createTCPServer, createUDPServer, type DnsHandler, Packet, type Resource } from 'dns2';

/** What the server does instead of answering. */
export type DnsFault = 'servfail' | 'refused' | 'timeout' | 'nxdomain';

export interface DnsServer {
  /** `host:port`, as `DNS_SERVERS` takes it. */
  address: string;
  /** Sets all TXT values of a name; a value given as a list keeps its chunks, a long one is cut into chunks. */
  setTxt(name: string, values: readonly (string | readonly string[])[]): void;
  /** Makes a name an alias. With `follow` off, the answer is the alias alone, as some servers give it. */
  setCname(name: string, target: string, options?: { follow?: boolean }): void;
  /** Takes away all records of a name, and its fault. */
  remove(name: string): void;
  /** Makes a name (`*`: every name) misbehave; `undefined` mends it. */
  setFault(name: string, fault: DnsFault | undefined): void;
  /** All TXT records, for showing: name and joined values. */
  zone(): { name: string; values: string[] }[];
  /** @returns how a name misbehaves, if it does */
  faultOf(name: string): DnsFault | undefined;
  /** Stops and frees the port. */
  close(): Promise<void>;
}

const TTL_SECONDS = 1;
/** Response codes (RFC 1035 4.1.1). */
const RCODE = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };

/**
 * Starts a real DNS server on loopback, over UDP and TCP, for the local workspace and for tests.
 * @param options `port`: the port, or any free one when left out
 * @returns the running server
 * @throws the system's error when the port is taken
 */
export async function startDnsServer({ port = 0 }: { port?: number } = {}): Promise<DnsServer> {
  const texts = new Map<string, Buffer[][]>();
  const aliases = new Map<string, { target: string; follow: boolean }>();
  const faults = new Map<string, DnsFault>();

  const handle: DnsHandler = (request, send) => {
    const question = request.questions[0];
    const response = Packet.createResponseFromRequest(request);
    const fault = question && (faults.get(plain(question.name)) ?? faults.get('*'));
    if (fault === 'timeout') return;
    if (!question || fault === 'servfail') response.header.rcode = RCODE.SERVFAIL;
    else if (fault === 'refused') response.header.rcode = RCODE.REFUSED;
    else if (fault === 'nxdomain') response.header.rcode = RCODE.NXDOMAIN;
    else answer(response, plain(question.name), question.type ?? Packet.TYPE.TXT);
    send(response);
  };

  function answer(response: Packet, asked: string, type: number): void {
    let name = asked;
    let known = false;
    for (let hop = 0; hop < 8; hop += 1) {
      const alias = aliases.get(name);
      if (!alias) break;
      known = true;
      response.answers.push(record(name, Packet.TYPE.CNAME, { domain: alias.target }));
      if (type === Packet.TYPE.CNAME || !alias.follow) break;
      name = alias.target;
    }
    const values = texts.get(name);
    if (type === Packet.TYPE.TXT && values && (name === asked || aliases.get(asked)?.follow)) {
      response.answers.push(...values.map((data) => record(name, Packet.TYPE.TXT, { data })));
    }
    if (!known && !values) response.header.rcode = RCODE.NXDOMAIN;
  }

  const { address, close } = await listen(handle, port);
  return {
    address,
    setTxt: (name, values) => void texts.set(plain(name), values.map(chunks)),
    setCname: (name, target, { follow = true } = {}) =>
      void aliases.set(plain(name), { target: plain(target), follow }),
    remove(name) {
      for (const records of [texts, aliases, faults]) records.delete(plain(name));
    },
    setFault: (name, fault) => void (fault ? faults.set(plain(name), fault) : faults.delete(plain(name))),
    faultOf: (name) => faults.get(plain(name)),
    zone: () =>
      [...texts].map(([name, values]) => ({
        name,
        values: values.map((parts) => Buffer.concat(parts).toString()),
      })),
    close,
  };
}

/** How many free ports are tried: one that is free for UDP may be taken for TCP, above all on a busy machine. */
const PORTS = 20;

async function listen(handle: DnsHandler, port: number): Promise<Listening> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listenOn(handle, port);
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || port !== 0 || tries === PORTS) throw error;
    }
  }
}

interface Listening {
  address: string;
  close(): Promise<void>;
}

/** Opens UDP and TCP on one port, and closes both with what is connected. */
async function listenOn(handle: DnsHandler, port: number): Promise<Listening> {
  const udp = createUDPServer(handle);
  const tcp = createTCPServer(handle);
  const sockets = new Set<Socket>();
  tcp.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  const bound = udp.address().port;
  try {
    tcp.listen(bound, '127.0.0.1');
    await once(tcp, 'listening');
  } catch (error) {
    udp.close();
    throw error;
  }
  return {
    address: `127.0.0.1:${bound}`,
    async close() {
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')]);
      udp.close();
      tcp.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function record(name: string, type: number, data: { domain: string } | { data: Buffer[] }): Resource {
  return { name, type, class: Packet.CLASS.IN, ttl: TTL_SECONDS, ...data } as Resource;
}

/** A TXT value as character-strings of at most 255 octets (RFC 1035 3.3). */
function chunks(value: string | readonly string[]): Buffer[] {
  if (typeof value !== 'string') return value.map((part) => Buffer.from(part));
  const bytes = Buffer.from(value);
  const parts: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 255) parts.push(bytes.subarray(at, at + 255));
  return parts;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
