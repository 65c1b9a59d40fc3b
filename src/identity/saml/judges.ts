import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Answer, Question } from './judge-thread.ts';
import type { JudgeOptions, Verdict } from './verdict.ts';

/** Too many responses wait already: say so, rather than let people wait for what would come too late. */
export class JudgesBusy extends Error {
  override readonly name = 'JudgesBusy';
}

/** Judges SAML responses beside the event loop. */
export interface Judges {
  /**
   * @param body the posted form, as received
   * @param options as `judgeResponse`
   * @throws JudgesBusy when too many wait; Error on a fault of our own
   */
  judge(body: Uint8Array, options: JudgeOptions): Promise<Verdict>;
  /** Has a thread ready by the time that somebody comes back from their identity provider. */
  warm(): void;
  /** Ends the threads. What they were about fails. */
  stop(): Promise<void>;
}

interface Job extends Question {
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
/** Real responses are far smaller; larger ones wait behind them and fill no more than half of the room. */
const LARGE_BYTES = 96 * 1024;
/** A thread that dies over a response gets it once more; twice is no accident. */
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
 * @param given how many threads at most, how many responses may wait for one, and how a thread is started
 * @returns judges; the first thread starts with the first need of it
 */
export function judges({
  threads: most = availableParallelism() > 2 ? 2 : 1,
  waiting: room = 100,
  start = startThread,
} = {}): Judges {
  const threads = new Set<Thread>();
  const waiting: Job[] = [];
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
  const idle = () =>
    [...threads].find(({ job }) => job === null) ?? (threads.size < most ? add() : undefined);
  const next = () => {
    while (waiting.length > 0 && !stopped) {
      const thread = idle();
      const job = thread && waiting.shift();
      if (!job) return;
      job.tries += 1;
      thread.job = job;
      thread.worker.ref();
      thread.late = setTimeout(() => void thread.worker.terminate(), LATE_MS);
      thread.worker.postMessage({ body: job.body, options: job.options } satisfies Question);
    }
  };

  return {
    judge(body, options) {
      const large = body.length > LARGE_BYTES;
      if (stopped || waiting.length >= (large ? room / 2 : room))
        return Promise.reject(new JudgesBusy('too many responses wait'));
      return new Promise((resolve, reject) => {
        const firstLarge = waiting.findIndex((job) => job.body.length > LARGE_BYTES);
        const at = large || firstLarge < 0 ? waiting.length : firstLarge;
        waiting.splice(at, 0, { body, options, tries: 0, resolve, reject });
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
