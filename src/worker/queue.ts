import { type SQL, sql } from 'drizzle-orm';
import { fromDrizzle, fromPglite, type Job, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database, Transaction } from '../../db/database.ts';
import { DatabaseUnavailable } from '../../db/errors.ts';
import { redactText } from '../log.ts';

/** What a handler is told beside the job's data. */
export interface Attempt {
  /** The job's id, the same at every attempt. */
  id: string;
  /** 0 at the first attempt. */
  retry: number;
  /** Aborted when this process stops: end soon by throwing its reason, and the job runs again elsewhere. */
  signal: AbortSignal;
}

export type Handler<Data extends object> = (data: Data, attempt: Attempt) => Promise<void>;

/** How much of one queue is left to do. */
export interface Depth {
  queue: string;
  waiting: number;
  running: number;
  /** How long the oldest job has waited, in seconds. */
  oldest: number;
}

/** Jobs that survive the process: each runs at least once, and again when its process dies. */
export interface Queue {
  /**
   * Puts a job into a queue, as part of a transaction: it exists if and when that commits. There is no other way in,
   * because on the embedded database any other would wait for the transaction that it stands in.
   * @param options.singletonKey at most one job of the queue with this key waits or runs at a time
   * @returns whether it was put in; false when one with the same key is there already
   */
  enqueue(tx: Transaction, name: string, data: object, options?: { singletonKey?: string }): Promise<boolean>;
  /**
   * Takes jobs of a queue and hands them to the handler. One that throws is tried again, ever later, up to a minute.
   * @param options.concurrency jobs that run in this process at once
   */
  work<Data extends object>(
    name: string,
    handler: Handler<Data>,
    options?: { concurrency?: number },
  ): Promise<void>;
  /** One row for each queue, also for the empty ones. Throws when the database does not answer. */
  depth(): Promise<Depth[]>;
  /** Takes no more jobs, lets the running ones end or give up for at most 10 s, and lets go of the connections. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  /** All queues there are. They are made when they do not exist. */
  queues: readonly string[];
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** The shortest that pg-boss takes: a job whose process died is found lost after so long. */
const HEARTBEAT_SECONDS = 10;
const STOP_MS = 10_000;
/** The room of a server for the queue's own statements: it looks for jobs and settles them. */
const CONNECTIONS = 4;

/** A job that fails is tried for most of a day; what must give up sooner does so by itself. */
const JOBS = {
  retryLimit: 1000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // The longest that pg-boss takes. A job that hangs is ended by its heartbeat, one that works may take long.
  expireInSeconds: 23 * 3600,
  deleteAfterSeconds: 3600,
  notify: true,
};

/**
 * Opens the queue: pg-boss in the schema `pgboss` of the same database, on connections of its own where there is a
 * server. Makes or updates that schema; any number of processes may do so at once.
 * @param db the database
 * @param options the names of the queues and a log
 * @returns the queue, which takes jobs; `work` makes it run them
 */
export async function openQueue(db: Database, { queues, log }: QueueOptions): Promise<Queue> {
  const boss = new PgBoss({
    ...connection(db),
    application_name: 'drawbridge-queue',
    useListenNotify: true,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    // Lost jobs are looked for at these intervals, so one runs again within 10 + 5 s.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  boss.on(
    'error',
    seldom((err) => log.error({ err: plainly(err) }, 'The queue had a failure; it goes on')),
  );
  boss.on('warning', ({ message }) => log.warn({ warning: message }, 'The queue warns'));
  await boss.start();
  try {
    for (const name of queues) {
      await boss.createQueue(name, { ...JOBS, policy: 'exclusive' });
      await boss.updateQueue(name, JOBS);
    }
    if (db.engine === 'pglite') await releaseLostJobs(db, boss);
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  return queueOf(boss, db, { queues, log });
}

function connection(db: Database): ConstructorParameters<typeof PgBoss>[0] & object {
  if ('pglite' in db.source) return { db: fromPglite(db.source.pglite), backend: 'pglite' };
  return { connectionString: withLibpqMeaning(db.source.url), max: CONNECTIONS };
}

/** The two drivers read `sslmode` differently; with this the queue's does as PostgreSQL's own tools and ours do. */
function withLibpqMeaning(url: string): string {
  return /[?&]sslmode=/.test(url) ? `${url}&uselibpqcompat=true` : url;
}

/** Nobody else runs jobs of an embedded database, so those that seem to run were lost with the last process. */
async function releaseLostJobs(db: Database, boss: PgBoss): Promise<void> {
  await db.query(
    sql`update pgboss.job set heartbeat_on = heartbeat_on - interval '1 hour' where state = 'active'`,
  );
  await boss.supervise();
}

function queueOf(boss: PgBoss, db: Database, { queues, log }: QueueOptions): Queue {
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;

  const checkName = (name: string): void => {
    // pg-boss would look an unknown one up, on a connection that is not the transaction's.
    if (!queues.includes(name)) throw new TypeError(`There is no queue ${name}`);
  };

  return {
    async enqueue(tx, name, data, { singletonKey } = {}) {
      checkName(name);
      const inside = fromDrizzle({ execute: (statement) => tx.query(statement as SQL) }, sql);
      // Without a key all jobs of an exclusive queue would count as one.
      const id = await boss.send(name, data, {
        db: inside,
        singletonKey: singletonKey ?? crypto.randomUUID(),
      });
      return id !== null;
    },
    async work(name, handler, { concurrency = 1 } = {}) {
      checkName(name);
      await boss.work<object>(
        name,
        { localConcurrency: concurrency, notifyPollingIntervalSeconds: 1, pollingIntervalSeconds: 1 },
        async ([job]: Job<object>[]) => {
          if (!job) return;
          const signal = AbortSignal.any([job.signal, stopping.signal]);
          try {
            await handler(job.data as never, { id: job.id, retry: job.retryCount, signal });
          } catch (error) {
            if (stopping.signal.aborted) log.info({ queue: name, job: job.id }, 'A job was handed on');
            else log.warn({ err: error, queue: name, job: job.id }, 'A job failed and will be tried again');
            throw withoutSecrets(error);
          }
        },
      );
    },
    async depth() {
      if (stopped) throw new DatabaseUnavailable('The queue was stopped', '57P01');
      return db.query<Depth>(sql`
        select queue,
          count(*) filter (where job.state < 'active') as waiting,
          count(*) filter (where job.state = 'active') as running,
          coalesce(extract(epoch from now() - min(job.created_on) filter (where job.state < 'active')), 0)::float8 as oldest
        from unnest(${sql.param([...queues])}::text[]) as queue
        left join pgboss.job on job.name = queue and job.state <= 'active'
        group by queue order by queue`);
    },
    stop() {
      stopped ??= (async () => {
        stopping.abort(new Error('The process is stopping'));
        await boss.stop({ graceful: true, timeout: STOP_MS });
      })();
      return stopped;
    },
  };
}

/** While the database is away each worker fails each second, in the same way: one of them is told in ten seconds. */
const TOLD_EVERY_MS = 10_000;

function seldom<T>(tell: (what: T) => void): (what: T) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (what) => {
    if (performance.now() - toldAt < TOLD_EVERY_MS) return;
    toldAt = performance.now();
    tell(what);
  };
}

/** The driver's errors carry the whole connection with them, which says nothing to whoever reads the log. */
function plainly({ name, message, stack, code }: Error & { code?: unknown }) {
  return { type: name, message, stack, ...(typeof code === 'string' && { code }) };
}

/** pg-boss keeps a failed job's error in the database with all its fields; only what a log may hold goes there. */
function withoutSecrets(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error('not an error');
  return Object.assign(new Error(redactText(message)), { name });
}
