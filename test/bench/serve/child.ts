/** A process that serves one bot over HTTP until it is told to end; it tells what it has used. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drawbridge } from './drawbridge.ts';
import { bareBolt, boltBySocket, boltWithTransaction } from './peers.ts';

export interface Served {
  handle(req: IncomingMessage, res: ServerResponse): void;
}

export interface Used {
  cpuMs: number;
  /** Of the whole process, in bytes. */
  memory: number;
}

const [which = '', databaseUrl = '', operations = '', socketApi = ''] = process.argv.slice(2);

async function serve(): Promise<Served> {
  if (which === 'drawbridge') {
    return drawbridge(databaseUrl, operations === '' ? null : Number(operations), socketApi || undefined);
  }
  if (which === 'transaction') return boltWithTransaction(databaseUrl);
  return socketApi ? boltBySocket(socketApi) : bareBolt();
}

const served = await serve();
const server = createServer((req, res) => served.handle(req, res));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  (globalThis as { gc?: () => void }).gc?.();
  const used: Used = { cpuMs: (user + system) / 1000, memory: process.memoryUsage().rss };
  process.send?.(used);
});
process.on('disconnect', () => process.exit());
