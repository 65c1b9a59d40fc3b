import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import type { Used } from './child.ts';
import { headers } from './payloads.ts';

/** A bot in a process of its own. */
export interface Bot {
  /** Where it answers. */
  url: string;
  /** Sends so many payloads, so many at a time. @param bodyOf the body of a worker's n-th request */
  load(requests: number, atOnce: number, bodyOf: (worker: number, n: number) => string): Promise<Load>;
  memory(): Promise<number>;
  /** CPU time used since it was started, in milliseconds. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

export interface Load {
  perSecond: number;
  cpuMsEach: number;
  /** Milliseconds of each answer, sorted. */
  latencies: number[];
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/**
 * @param which `drawbridge`, `transaction` (Bolt and a postgres.js transaction) or `bare` (Bolt)
 * @param databaseUrl its database: the address of a server's, or the data folder of an embedded one
 * @param operations how many operations Drawbridge has; as there are when left out
 * @param socketApi in Socket Mode: the Web API that says where to connect
 */
export async function startBot(
  which: string,
  databaseUrl = '',
  operations = '',
  socketApi = '',
): Promise<Bot> {
  const child = fork(CHILD, [which, databaseUrl, operations, socketApi], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    // Bolt tells of every late answer.
    stdio: ['ignore', 'ignore', which === 'drawbridge' ? 'inherit' : 'ignore', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const url = `http://127.0.0.1:${port}`;
  const pool = new Pool(url, { connections: 64 });
  const used = async (): Promise<Used> => {
    child.send('used');
    return ((await once(child, 'message')) as [Used])[0];
  };
  const ask = async (body: string): Promise<void> => {
    const { statusCode, body: answer } = await pool.request({
      method: 'POST',
      path: '/slack/events',
      headers: headers(body),
      body,
    });
    const text = await answer.text();
    if (statusCode !== 200 || text.includes('errors') || text.includes('wrong')) {
      throw new Error(`${which} answered ${statusCode}: ${text.slice(0, 300)}`);
    }
  };
  return {
    url,
    async load(requests, atOnce, bodyOf) {
      const before = await used();
      const latencies: number[] = [];
      const started = performance.now();
      await Promise.all(
        Array.from({ length: atOnce }, async (_, worker) => {
          for (let n = 0; n < requests / atOnce; n += 1) {
            const asked = performance.now();
            await ask(bodyOf(worker, n));
            latencies.push(performance.now() - asked);
          }
        }),
      );
      const seconds = (performance.now() - started) / 1000;
      const after = await used();
      return {
        perSecond: latencies.length / seconds,
        cpuMsEach: (after.cpuMs - before.cpuMs) / latencies.length,
        latencies: latencies.sort((a, b) => a - b),
      };
    },
    memory: async () => (await used()).memory,
    cpuMs: async () => (await used()).cpuMs,
    async stop() {
      await pool.close();
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
