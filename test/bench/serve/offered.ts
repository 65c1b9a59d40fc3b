import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { headers } from './payloads.ts';

/** What came of requests that were sent by the clock, whether or not earlier ones were answered. */
export interface Offered {
  perSecond: number;
  sent: number;
  /** Answers of any kind a second, until the last one. */
  answeredPerSecond: number;
  /** Answers that say that the change is made. */
  done: number;
  /** Answers that politely refuse: too much is under way. */
  busy: number;
  /** No answer within Slack's three seconds, or none that says what was asked for. */
  failed: number;
  /** Milliseconds from the planned moment to the answer that carries the commit; null: not so many had one. */
  p50: number | null;
  p95: number | null;
  /** The same median over the first and over the last quarter of what was sent. */
  p50AtFirst: number | null;
  p50AtLast: number | null;
}

/** Slack waits so long. */
const SLACK_WAITS_MS = 3000;
/** Connections, as a balancer keeps them; what needs more waits, and its waiting counts. */
const CONNECTIONS = 512;

/**
 * Sends at a steady rate. Latency is counted from the moment a request was planned for, so a bot that falls behind
 * cannot hide it by holding up the sender.
 * @param url where the bot answers
 * @param rate requests a second
 * @param bodies one for each request; signed before the first is sent
 */
export async function offer(url: string, rate: number, bodies: string[]): Promise<Offered> {
  const signed = bodies.map((body) => ({ body, headers: headers(body) }));
  const pool = new Pool(url, { connections: CONNECTIONS });
  // Open from the beginning: Node accepts one in a turn of its loop, which would be measured instead.
  await Promise.all(Array.from({ length: CONNECTIONS }, () => touch(pool)));
  const outcomes: Outcome[] = [];
  const send = async (n: number, planned: number): Promise<void> => {
    outcomes[n] = await outcomeOf(pool, signed[n] as Signed, planned);
  };
  const all: Promise<void>[] = [];
  const begun = performance.now() + 20;
  const plannedFor = (n: number) => begun + (n * 1000) / rate;
  while (all.length < signed.length) {
    while (all.length < signed.length && plannedFor(all.length) <= performance.now()) {
      all.push(send(all.length, plannedFor(all.length)));
    }
    await sleep(1);
  }
  await Promise.all(all);
  const seconds = (performance.now() - begun) / 1000;
  await pool.close();
  const quarter = outcomes.length >> 2;
  return {
    perSecond: rate,
    sent: outcomes.length,
    answeredPerSecond: Math.round(outcomes.length / seconds),
    done: outcomes.filter(({ type }) => type === 'done').length,
    busy: outcomes.filter(({ type }) => type === 'busy').length,
    failed: outcomes.filter(({ type }) => type === 'failed').length,
    p50: percentile(outcomes, 0.5),
    p95: percentile(outcomes, 0.95),
    p50AtFirst: percentile(outcomes.slice(0, quarter), 0.5),
    p50AtLast: percentile(outcomes.slice(-quarter), 0.5),
  };
}

async function touch(pool: Pool): Promise<void> {
  const { body } = await pool.request({ method: 'POST', path: '/slack/events', body: 'not signed' });
  await body.dump();
}

interface Signed {
  body: string;
  headers: Record<string, string>;
}

interface Outcome {
  type: 'done' | 'busy' | 'failed';
  ms: number;
}

async function outcomeOf(pool: Pool, { body, headers }: Signed, planned: number): Promise<Outcome> {
  const answer = await pool
    .request({ method: 'POST', path: '/slack/events', headers, body })
    .then(async (response) => ({ status: response.statusCode, text: await response.body.text() }))
    // A connection that was refused or cut is an answer that never came.
    .catch(() => ({ status: 0, text: '' }));
  const ms = performance.now() - planned;
  if (answer.text.includes('a lot to do')) return { type: 'busy', ms };
  const says = answer.status === 200 && answer.text.includes('"update"');
  const done = says && !/errors|went wrong|Still working/.test(answer.text);
  return { type: done && ms <= SLACK_WAITS_MS ? 'done' : 'failed', ms };
}

/** What has no commit counts as longer than anything that has. */
function percentile(outcomes: Outcome[], share: number): number | null {
  const took = outcomes
    .map(({ type, ms }) => (type === 'done' ? ms : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  const ms = took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(ms) ? Number(ms.toFixed(2)) : null;
}
