/**
 * The thread that judges responses: signatures take several milliseconds of pure computing, in which the event loop
 * would answer nobody. An entry of its own; `judges.ts` starts it and says how it is found.
 */
import { parentPort } from 'node:worker_threads';
import { responseIn } from './form-field.ts';
import { judgeResponse } from './judge.ts';
import type { JudgeOptions, Verdict } from './verdict.ts';

/** To the thread: the posted form, and what it is judged by. */
export interface Question {
  body: Uint8Array;
  options: JudgeOptions;
}

/** From the thread: the verdict, or a fault of our own. */
export type Answer = { verdict: Verdict } | { fault: string };

if (!parentPort) throw new Error('this runs as a worker thread only');
const port = parentPort;
port.on('message', ({ body, options }: Question) => {
  judgeResponse(responseIn(body), options).then(
    (verdict) => port.postMessage({ verdict } satisfies Answer),
    (error: unknown) =>
      port.postMessage({
        fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Answer),
  );
});
