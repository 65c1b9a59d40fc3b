/**
 * What is dear to make is made once a run, and only when a test asks: the main process of vitest holds it, the
 * workers ask for it over loopback.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a run of tests shares. Each answer is made at the first call and kept. */
export interface Shared {
  /** The path of a dump of an embedded database with all migrations. */
  embeddedDump(): Promise<string>;
  /** The address of a PostgreSQL server's maintenance database. */
  serverUrl(): Promise<string>;
  /** The name of a database of that server with all migrations, to be cloned. */
  template(): Promise<string>;
}

/**
 * Offers what is shared to the worker processes.
 * @param shared how each thing is made
 * @returns the address that workers ask, and a function that ends it
 */
export async function offer(shared: Shared): Promise<{ address: string; close: () => Promise<void> }> {
  const made = new Map<string, Promise<string>>();
  const make = (name: keyof Shared): Promise<string> => {
    const known = made.get(name);
    if (known) return known;
    const making = shared[name]();
    made.set(name, making);
    return making;
  };
  const server = createServer((request, response) => {
    // A worker may ask again seconds later, just when an idle connection would have been ended from here.
    response.setHeader('connection', 'close');
    make((request.url ?? '').slice(1) as keyof Shared).then(
      (value) => response.end(value),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param address what `offer` gave
 * @returns the shared things, as a worker reaches them
 */
export function ask(address: string): Shared {
  const get = async (name: keyof Shared): Promise<string> => {
    const response = await fetch(`${address}/${name}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`The shared test database failed:\n${text}`);
    return text;
  };
  return {
    embeddedDump: () => get('embeddedDump'),
    serverUrl: () => get('serverUrl'),
    template: () => get('template'),
  };
}
