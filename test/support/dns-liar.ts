import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Packet, type Resource } from 'dns2';

/** A question as it came. */
export interface Asked {
  name: string;
  type: number;
  tcp: boolean;
  /** How many came before it. */
  n: number;
  /** An answer to it, still without records, to be made a lie. */
  answer: InstanceType<typeof Packet>;
  /** Sends a packet back; may be called never, once or more often, sooner or later. */
  send(packet: InstanceType<typeof Packet> | Buffer): void;
}

export interface DnsLiar {
  /** `host:port`, as `DNS_SERVERS` takes it. */
  address: string;
  /** What was asked so far. */
  asked: Omit<Asked, 'answer' | 'send'>[];
  close(): Promise<void>;
}

/** @returns a TXT record of a name; each value a list of its chunks */
export function txt(name: string, chunks: string[]): Resource {
  const data = chunks.map((chunk) => Buffer.from(chunk));
  return { name, type: Packet.TYPE.TXT, class: Packet.CLASS.IN, ttl: 1, data } as unknown as Resource;
}

/** @returns an alias */
export function cname(name: string, domain: string): Resource {
  return { name, type: Packet.TYPE.CNAME, class: Packet.CLASS.IN, ttl: 1, domain } as Resource;
}

/**
 * Starts a DNS server on loopback, over UDP and TCP, that answers whatever it is told to, at the level of packets.
 * @param lie told of each question
 * @returns the running server
 */
export async function startDnsLiar(lie: (asked: Asked) => void): Promise<DnsLiar> {
  const asked: DnsLiar['asked'] = [];
  const take = (message: Buffer, tcp: boolean, send: (bytes: Buffer) => void): void => {
    const request = Packet.parse(message);
    const [question] = request.questions;
    const what = { name: question?.name ?? '', type: question?.type ?? 0, tcp, n: asked.length };
    asked.push(what);
    const answer = Packet.createResponseFromRequest(request);
    lie({
      ...what,
      answer,
      send: (packet) => send(Buffer.isBuffer(packet) ? packet : packet.toBuffer()),
    });
  };
  let open = true;
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    // Whoever asked may have gone before the answer.
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      take(data.subarray(2), true, (bytes) => {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(bytes.length);
        socket.write(Buffer.concat([length, bytes]));
      });
    });
  });
  // A port that is free both ways: the other way it may be taken.
  const udp = createSocket('udp4');
  for (let tries = 0; ; tries += 1) {
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address() as AddressInfo;
    udp.bind(port, '127.0.0.1');
    try {
      await once(udp, 'listening');
      break;
    } catch (error) {
      if (tries === 20) throw error;
      tcp.close();
      await once(tcp, 'close');
    }
  }
  const { port } = udp.address();
  udp.on('message', (message, sender) =>
    take(message, false, (bytes) => open && udp.send(bytes, sender.port, sender.address)),
  );
  return {
    address: `127.0.0.1:${port}`,
    asked,
    async close() {
      open = false;
      for (const socket of sockets) socket.destroy();
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')]);
      udp.close();
      tcp.close();
      await closed;
    },
  };
}
