import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import type { Clock } from './clock.ts';
import { outboxBacklog } from './worker/outbox-backlog.ts';
import type { Depth } from './worker/queue.ts';

/** What each room tells of itself. Labels are words of ours alone: never a person, a team, or what somebody wrote. */
export interface Metrics {
  registry: Registry;
  /** A payload was acknowledged, and it was answered. */
  acknowledged(payload: string, ms: number): void;
  answered(payload: string, result: string, ms: number): void;
  operation(kind: string, outcome: string): void;
  slackCall(method: string, result: string, ms: number): void;
  signIn(purpose: string, outcome: string): void;
  /** Begins to tell how much waits; what is asked is asked at each scrape. */
  watch(asked: { db: Database; clock: Clock; depth(): Promise<Depth[]> }): void;
}

/** Slack waits 3 s for an acknowledgement. */
const ACK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A database that does not answer must not hold up the figures that need none. */
const PATIENCE_MS = 2000;

/** @returns figures for Prometheus, in a registry of their own */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'drawbridge_requests_total',
    help: 'Payloads of Slack that were answered, by kind and result',
    labelNames: ['payload', 'result'],
    registers,
  });
  const ack = new Histogram({
    name: 'drawbridge_ack_seconds',
    help: 'From a payload to its acknowledgement, for which Slack waits 3 seconds',
    labelNames: ['payload'],
    buckets: ACK_BUCKETS,
    registers,
  });
  const answer = new Histogram({
    name: 'drawbridge_answer_seconds',
    help: 'From a payload to the end of its answer',
    labelNames: ['payload'],
    buckets: CALL_BUCKETS,
    registers,
  });
  const operations = new Counter({
    name: 'drawbridge_operations_total',
    help: 'What people asked for and decided, by kind of operation and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const calls = new Counter({
    name: 'drawbridge_slack_calls_total',
    help: 'Calls of the Web API of Slack, by method and result',
    labelNames: ['method', 'result'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'drawbridge_slack_call_seconds',
    help: 'How long Slack took to answer',
    labelNames: ['method'],
    buckets: CALL_BUCKETS,
    registers,
  });
  const signIns = new Counter({
    name: 'drawbridge_sign_ins_total',
    help: 'Sign-ins, by what they were for and outcome',
    labelNames: ['purpose', 'outcome'],
    registers,
  });
  return {
    registry,
    acknowledged: (payload, ms) => ack.observe({ payload }, ms / 1000),
    answered(payload, result, ms) {
      requests.inc({ payload, result });
      answer.observe({ payload }, ms / 1000);
    },
    operation: (kind, outcome) => operations.inc({ kind, outcome }),
    slackCall(method, result, ms) {
      calls.inc({ method, result });
      callSeconds.observe({ method }, ms / 1000);
    },
    signIn: (purpose, outcome) => signIns.inc({ purpose, outcome }),
    watch: (asked) => watch(registry, asked),
  };
}

/** Gauges that ask the database when they are scraped; without an answer in time they have no value. */
function watch(registry: Registry, { db, clock, depth }: Parameters<Metrics['watch']>[0]): void {
  const registers = [registry];
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    collect: (gauge: Gauge) => Promise<void>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        await collect(this);
      },
    });
  const queued = shared(depth);
  const backlog = shared(() => outboxBacklog(db, clock.now()));
  gauge('drawbridge_queue_jobs', 'Jobs, by queue and state', ['queue', 'state'], async (jobs) => {
    for (const { queue, waiting, running } of (await queued()) ?? []) {
      jobs.set({ queue, state: 'waiting' }, waiting);
      jobs.set({ queue, state: 'running' }, running);
    }
  });
  gauge('drawbridge_queue_oldest_seconds', 'How long the oldest job waits', ['queue'], async (age) => {
    for (const { queue, oldest } of (await queued()) ?? []) age.set({ queue }, oldest);
  });
  gauge('drawbridge_outbox_rows', 'What is still to be told or started', ['kind'], async (rows) => {
    for (const { kind, waiting } of (await backlog()) ?? []) rows.set({ kind }, waiting);
  });
  gauge('drawbridge_outbox_oldest_seconds', 'How long the oldest of it waits', ['kind'], async (age) => {
    for (const { kind, oldest } of (await backlog()) ?? []) age.set({ kind }, oldest);
  });
  gauge('drawbridge_database_up', 'Whether the database answered the scrape', [], async (up) => {
    up.set((await backlog()) === null ? 0 : 1);
  });
}

/** One question for all gauges of a scrape. @returns null when there is no answer in time */
function shared<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let asking: Promise<T | null> | undefined;
  return () => {
    asking ??= inTime(ask()).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

async function inTime<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  });
  try {
    // That the database does not answer is a figure of its own; who needs the answer logs why there was none.
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
