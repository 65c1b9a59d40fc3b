import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A process of our own that runs a TypeScript file and talks in lines. */
export interface Child {
  process: ChildProcess;
  /** Resolves with the first line that matches; rejects with all the output when the process ends before. */
  line(pattern: RegExp): Promise<string>;
  /** All lines so far, of both outputs. */
  lines: string[];
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves with the exit code once it has ended; null after a signal. */
  ended: Promise<number | null>;
}

/**
 * Starts a process, as a second copy of the bot would be.
 * @param file a TypeScript file, run by tsx
 * @param args its arguments
 * @param env added to the environment
 */
export function startChild(file: string, args: string[] = [], env: Record<string, string> = {}): Child {
  return listenTo(
    spawn(process.execPath, ['--import', 'tsx', file, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/**
 * @param child a process whose outputs are pipes
 * @returns it, with its lines as they come
 */
export function listenTo(child: ChildProcessByStdio<null, Readable, Readable>): Child {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const note = (stream: NodeJS.ReadableStream): void => {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      for (const look of waiting) look();
    });
  };
  note(child.stdout);
  note(child.stderr);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    lines,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        ended.then(() => {
          look();
          if (waiting.delete(look))
            reject(new Error(`the process ended without ${pattern}:\n${lines.join('\n')}`));
        });
      }),
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
