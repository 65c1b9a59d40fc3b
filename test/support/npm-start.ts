import { spawn } from 'node:child_process';
import { variables } from '../../src/environment.ts';
import { type Child, listenTo } from './child.ts';

/** The bot as its operator runs it: `npm start` in a process group of its own. */
export interface NpmStarted extends Omit<Child, 'kill'> {
  /** Sends a signal to the whole group, as a terminal or a container's stop does. @returns npm's exit code; null after a signal */
  signal(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>;
}

/** Whatever a developer has exported, or has in `.env`, says nothing here: what is empty counts as not set. */
const NOTHING_SET = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, '']));

/**
 * Runs `npm start` in the repository.
 * @param env the variables of the bot; all others are unset
 */
export function npmStart(env: Record<string, string>): NpmStarted {
  const npm = spawn('npm', ['start'], {
    env: { ...process.env, ...NOTHING_SET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const child = listenTo(npm);
  return {
    ...child,
    async signal(signal) {
      // A group of which nobody is left is gone already.
      if (npm.pid && npm.exitCode === null && npm.signalCode === null) process.kill(-npm.pid, signal);
      return child.ended;
    },
  };
}
