import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/errors.ts';
import { newReference } from '../service/ids.ts';
import { traced } from '../trace.ts';
import { strings } from '../words/pages.ts';
import { HttpRefusal, type Route } from './http.ts';
import { errorPage } from './page.ts';
import { listenError } from './port-taken.ts';

/**
 * How long an idle connection is kept: longer than proxies keep theirs (usually 60 s). Whoever closes first may do so
 * just as the other sends, and the request of a person would be lost; Node's own five seconds make that likely.
 */
const KEPT_MS = 65_000;

/** The one HTTP server: everything that listens is a route of it. */
export interface WebServer {
  readonly server: Server;
  /** @returns the port it listens on @throws PortTaken when it cannot be had */
  listen(port: number, host: string): Promise<number>;
  /** Takes no more connections, waits for answers under way, and cuts what is left after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * @param routes asked in order until one takes the request
 * @param log where failures go, with the reference that the person reads
 */
export function createWebServer(routes: Route[], log: Logger): WebServer {
  const limits = { maxHeaderSize: 16 * 1024, requestTimeout: 30_000, keepAliveTimeout: KEPT_MS };
  const server = createServer(limits, (req, res) => {
    void traced(() => answer(routes, log, req, res));
  });
  return {
    server,
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        const refuse = (error: Error) => reject(listenError(error, port));
        server.once('error', refuse);
        server.listen(port, host, () => {
          server.off('error', refuse);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    },
    async stop(graceMs = 5000) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

async function answer(
  routes: Route[],
  log: Logger,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  try {
    // Addresses that we hand out come from PUBLIC_URL; the Host header is never looked at.
    const target = req.url ?? '/';
    if (!URL.canParse(target, 'http://drawbridge.invalid')) {
      errorPage(res, 404, strings.errors.nothingHere);
      return;
    }
    const url = new URL(target, 'http://drawbridge.invalid');
    for (const route of routes) if (await route(req, res, url)) return;
    errorPage(res, 404, strings.errors.nothingHere);
  } catch (error) {
    refuse(req, res, log, error);
  }
}

function refuse(req: IncomingMessage, res: ServerResponse, log: Logger, error: unknown): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  if (error instanceof HttpRefusal) {
    errorPage(res, error.status, error.message, error.onwards);
    return;
  }
  if (req.destroyed && !req.complete) {
    // Whoever asked went away in the middle of it: nobody is there to answer, and nothing is broken.
    log.debug('A request was broken off');
    return;
  }
  const reference = newReference();
  log.error({ err: error, reference }, 'A page could not be answered');
  const away = error instanceof DatabaseUnavailable;
  errorPage(
    res,
    away ? 503 : 500,
    away ? strings.errors.unavailable(reference) : strings.errors.ours(reference),
  );
}
