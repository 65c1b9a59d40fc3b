import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, so that none of these takes it a moment later. */
const FROM = 20_000;
const COUNT = 10_000;

/** @returns a port of loopback that was free a moment ago */
export async function freePort(): Promise<number> {
  const port = FROM + Math.floor(Math.random() * COUNT);
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!free) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
