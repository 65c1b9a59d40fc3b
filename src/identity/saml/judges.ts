import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './judge-thread.ts';
import type { JudgeOptions, Verdict } from './verdict.ts';

/** Too many responses wait already: say so, rather than let people wait for what would come too late. */
export class JudgesBusy extends Error {
  override readonly name = 'JudgesBusy';
}

const full = () => new JudgesBusy('too many responses wait');

/** Judges SAML responses beside the event loop. */
export interface Judges {
  /**
   * @param body the posted form, as received
   * @param options as `judgeResponse`
   * @param from who sent it: whoever sends many waits behind those who send few
   * @throws JudgesBusy when too many wait; Error on a fault of our own
   */
  judge(body: Uint8Array, options: JudgeOptions, from: string): Promise<Verdict>;
  /** Has a thread ready by the time that somebody comes back from their identity provider. */
  warm(): void;
  /** Ends the threads. What they were about fails. */
  stop(): Promise<void>;
}

interface Job extends Question {
  from: string;
  large: boolean;
  /** Its place in line: in which round of turns it comes. */
  round: number;
  tries: number;
  resolve(verdict: Verdict): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  job: Job | null;
  late?: NodeJS.Timeout;
}

/** Any real response is judged in some hundredth of a second; one that takes this long never ends. */
const LATE_MS = 10_000;
/** Real responses are far smaller; larger ones wait some rounds longer and fill no more than half of the room. */
const LARGE_BYTES = 96 * 1024;
const LARGE_ROUNDS = 4;
/** A response over which a thread dies is judged once more; twice is no accident, and being late is none either. */
const TRIES = 2;

/**
 * Where the thread's code lies: `judge-thread.js` beside the file that this was bundled into; from source it is
 * TypeScript, like this file, and begins by a step that teaches the thread to read it.
 * @returns the thread, which may still fail to start
 */
export function startThread(): Worker {
  const file = import.meta.url.endsWith('.ts') ? './judge-thread.dev.mjs' : './judge-thread.js';
  // It needs no setting of ours, and no more memory than the largest response takes many times over.
  const limits = { execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: 192 } };
  return new Worker(new URL(file, import.meta.url), limits);
}

/**
 * Everybody who sends responses has one turn a round, so that nobody is kept waiting by what somebody else sends. When
 * the room is full, the last in line gives way to whoever comes before them.
 * @param given how many threads at most, how many responses may wait for one, how long one may take, and how a thread
 *   is started
 * @returns judges; the first thread starts with the first need of it
 */
export function judges({
  threads: most = availableParallelism() > 2 ? 2 : 1,
  waiting: room = 100,
  lateMs = LATE_MS,
  start = startThread,
} = {}): Judges {
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
  let round = 0;
  let stopped = false;

  const add = (): Thread => {
    const thread: Thread = { worker: start(), job: null };
    threads.add(thread);
    let cause: Error = new Error('the thread that judges responses ended');
    thread.worker.unref();
    thread.worker.on('error', (error: Error) => {
      cause = error;
    });
    thread.worker.on('exit', () => {
      threads.delete(thread);
      const job = release(thread);
      if (job && job.tries < TRIES && !stopped) waiting.unshift(job);
      else job?.reject(cause);
      next();
    });
    thread.worker.on('message', (answer: Answer) => {
      const job = release(thread);
      if ('verdict' in answer) job?.resolve(answer.verdict);
      else job?.reject(new Error(`judging failed: ${answer.fault}`));
      next();
    });
    return thread;
  };
  const release = (thread: Thread): Job | null => {
    const { job } = thread;
    thread.job = null;
    clearTimeout(thread.late);
    thread.worker.unref();
    return job;
  };
  /** @returns whether there is room for one that comes in that round */
  const makeRoom = (large: boolean, place: number): boolean => {
    const rivals = large ? waiting.filter((job) => job.large) : waiting;
    if (rivals.length < (large ? room / 2 : room)) return true;
    const last = rivals.at(-1);
    if (!last || last.round <= place) return false;
    waiting.splice(waiting.indexOf(last), 1);
    last.reject(full());
    return true;
  };
  const idle = () =>
    [...threads].find(({ job }) => job === null) ?? (threads.size < most ? add() : undefined);
  const next = () => {
    while (waiting.length > 0 && !stopped) {
      const thread = idle();
      const job = thread && waiting.shift();
      if (!job) return;
      job.tries += 1;
      round = job.round;
      thread.job = job;
      thread.worker.ref();
      thread.late = setTimeout(() => {
        job.tries = TRIES;
        void thread.worker.terminate();
      }, lateMs);
      thread.worker.postMessage({ body: job.body, options: job.options } satisfies Question);
    }
  };

  return {
    judge(body, options, from) {
      const large = body.length > LARGE_BYTES;
      const alike = waiting.filter((job) => job.large === large && job.from === from);
      const place = Math.max(round + (large ? LARGE_ROUNDS : 0), ...alike.map((job) => job.round)) + 1;
      if (stopped || !makeRoom(large, place)) return Promise.reject(full());
      return new Promise((resolve, reject) => {
        const after = waiting.findIndex((job) => job.round > place);
        const job = { body, options, from, large, round: place, tries: 0, resolve, reject };
        waiting.splice(after < 0 ? waiting.length : after, 0, job);
        next();
      });
    },
    warm: () => void (stopped || idle()),
    async stop() {
      stopped = true;
      for (const job of waiting.splice(0)) job.reject(new JudgesBusy('stopping'));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
