import { sql } from 'drizzle-orm';
import type { Registry } from 'prom-client';
import type { Database } from '../../db/client.ts';
import { type Route, send, sendJson } from './http.ts';

/** What must answer for the bot to be ready. */
export interface Readiness {
  db: Database;
  /** The queue: resolves when it answers. */
  queueAnswers(): Promise<unknown>;
  /** Whether Slack reaches us: always over HTTP, by the connection over a socket. */
  slackConnected(): boolean;
}

/** Longer than this and a balancer had better ask somebody else. */
const PATIENCE_MS = 2000;

/**
 * `/healthz` (alive), `/readyz` (database, queue and Slack answer), `/metrics` (Prometheus).
 * @param readiness what to ask
 * @param metrics the figures
 */
export function healthRoute(readiness: Readiness, metrics: Registry): Route {
  return async (req, res, url) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    if (url.pathname === '/healthz') sendJson(res, 200, { ok: true });
    else if (url.pathname === '/metrics') send(res, 200, metrics.contentType, await metrics.metrics());
    else if (url.pathname === '/readyz') {
      const parts = {
        database: await answers(readiness.db.query(sql`select 1`)),
        queue: await answers(readiness.queueAnswers()),
        slack: readiness.slackConnected(),
      };
      const ok = Object.values(parts).every(Boolean);
      sendJson(res, ok ? 200 : 503, { ok, ...parts });
    } else return false;
    return true;
  };
}

async function answers(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const done = work.then(
    () => true,
    // The probe only tells whether there was an answer; who fails logs the cause where it is known.
    () => false,
  );
  try {
    return await Promise.race([done, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
