import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../clock.ts';
import type { Mailer } from '../identity/mail.ts';
import type { JobName } from '../service/effects/effect.ts';
import type { Service } from '../service/service.ts';
import type { Stationery } from '../service/sign-in/letters.ts';
import { message } from '../slack/blocks.ts';
import { deletionCard } from '../slack/cards/deletion.ts';
import { requestCard } from '../slack/cards/request.ts';
import type { Clients } from '../slack/client.ts';
import type { Workspaces } from '../slack/workspaces.ts';
import { traced } from '../trace.ts';
import { createBudget } from './budget.ts';
import { type DeletionOptions, deletionJob } from './deletion/job.ts';
import { createDue } from './due/due.ts';
import { createLetters } from './letters.ts';
import { createNotices } from './notices.ts';
import type { Queue } from './queue.ts';
import { createRelay } from './relay.ts';
import { slackPort } from './slack-port.ts';
import { turnOffMailJob } from './turn-off/mail-job.ts';

/** Every queue there is. */
export const QUEUES: readonly JobName[] = ['deletion', 'turn-off-mail'];

export interface WorkerOptions {
  db: Database;
  queue: Queue;
  service: Pick<Service, 'card' | 'lookForProof'>;
  clients: Pick<Clients, 'inBackground'>;
  workspaces: Pick<Workspaces, 'find'>;
  clock: Clock;
  log: Logger;
  mailer: Mailer;
  /** What letters are written with: our address, and what opens their secrets. */
  stationery: Stationery;
  /** How fast deletions go, where it is not as usual. */
  deletion?: Pick<DeletionOptions, 'batch' | 'pauseMs' | 'backOffMs'>;
}

/** All that happens without somebody waiting for the answer. Any number of processes may run one. */
export interface Worker {
  start(): Promise<void>;
  /** Begins nothing more, waits a few seconds for what is under way and leaves the rest to the next process. */
  stop(): Promise<void>;
  /** Waits until nothing is left to tell and no job is left to run. For tests; it does not look for what is due. */
  idle(): Promise<void>;
  /** Does at once all that is due by the clock, after it was moved. */
  runDue(): Promise<void>;
}

const IDLE_LOOK_MS = 20;
const JOBS_AT_ONCE = 4;
const MAILINGS_AT_ONCE = 2;

/** Puts the parts together: outbox → queue and Slack, jobs, and what is due by the clock. */
export function createWorker(options: WorkerOptions): Worker {
  const { db, queue, service, clients, workspaces, clock, log } = options;
  const stopping = new AbortController();
  const letters = createLetters({ ...options.stationery, mailer: options.mailer, clock, log });
  const notices = createNotices({
    db,
    clock,
    log,
    budget: createBudget(),
    card: (key) => service.card(key),
    drawCard: (facts) => (facts.type === 'request' ? requestCard(facts) : deletionCard(facts)),
    drawDocument: message,
    async slack(workspaceId) {
      const workspace = await workspaces.find(workspaceId);
      return workspace && slackPort(clients.inBackground(workspace.botToken));
    },
  });
  const relay = createRelay({
    db,
    clock,
    log,
    enqueue: (tx, name, data, keyed) => queue.enqueue(tx, name, data, keyed),
    deliver: (notice) => (notice.kind === 'mail' ? letters(notice) : notices(notice)),
  });
  const due = createDue({ db, clock, log, service });
  const deletion = deletionJob({ db, clock, log, ...options.deletion });
  const turnOffMail = turnOffMailJob({ db, clock });
  const running = new Set<Promise<void>>();

  /** Jobs under way are counted, so that stopping waits until they have put down their batch. */
  const counted = async (work: Promise<void>): Promise<void> => {
    running.add(work);
    try {
      await work;
    } finally {
      running.delete(work);
    }
  };

  const empty = async (): Promise<boolean> => {
    if (!(await relay.empty())) return false;
    const depth = await queue.depth();
    return depth.every(({ waiting, running }) => waiting + running === 0);
  };

  return {
    async start() {
      await queue.work<{ deletion: string; trace?: string }>(
        'deletion',
        ({ deletion: id, trace }, { signal }) =>
          counted(traced(() => deletion(id, AbortSignal.any([signal, stopping.signal])), trace)),
        { concurrency: JOBS_AT_ONCE },
      );
      await queue.work<{ turnOff: string; trace?: string }>(
        'turn-off-mail',
        ({ turnOff: id, trace }, { signal }) =>
          counted(traced(() => turnOffMail(id, AbortSignal.any([signal, stopping.signal])), trace)),
        { concurrency: MAILINGS_AT_ONCE },
      );
      await relay.start();
      due.start();
    },
    async stop() {
      stopping.abort(new Error('The process is stopping'));
      await Promise.all([due.stop(), relay.stop(), Promise.allSettled([...running])]);
    },
    async idle() {
      // Twice, since a job that ended between the two looks may have left something to tell.
      while (!((await empty()) && (await relay.empty()))) {
        relay.wake();
        await sleep(IDLE_LOOK_MS);
      }
    },
    runDue: () => due.run(),
  };
}
