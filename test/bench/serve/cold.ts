import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { PEOPLE, WORKSPACE } from '../../support/seed.ts';
import { headers, SECRET } from './payloads.ts';

/** A process as somebody starts it, and how long it took until it answered. */
export interface Cold {
  process: ChildProcess;
  url: string;
  /** From its start to the first answer, in milliseconds. */
  ms: number;
  stop(): Promise<void>;
}

/** A Web API that knows whose token it is. @returns its base, and what ends it */
export async function stubSlack(): Promise<{ url: string; close(): void }> {
  const server = createServer((req, res) => {
    req.resume();
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(
      JSON.stringify({ ok: true, team_id: WORKSPACE, team: 'Bench', user_id: 'U0BOT', bot_id: 'B0BOT' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/api/`, close: () => server.close() };
}

/** @returns the body of a command of the team's admin */
export function command(text: string): string {
  return new URLSearchParams({
    token: 'verification',
    team_id: WORKSPACE,
    team_domain: 'bench',
    channel_id: 'C0BENCH',
    channel_name: 'bench',
    user_id: PEOPLE.admin,
    user_name: 'admin',
    command: '/sso',
    text,
    api_app_id: 'A0APP',
    response_url: 'http://127.0.0.1:9/commands/1',
    trigger_id: '1.2.3',
  }).toString();
}

/** @returns what Slack needs to be to the bot */
export function slackOf(url: string): Record<string, string> {
  return { SLACK_BOT_TOKEN: 'xoxb-bench', SLACK_SIGNING_SECRET: SECRET, SLACK_API_URL: url };
}

/**
 * Starts a process and asks it again and again until it answers.
 * @param args of node
 * @param env added to the environment; PORT among it
 * @param ask one try: whether this was an answer
 * @throws when it ends before, or has not answered after two minutes
 */
export async function startCold(
  args: string[],
  env: Record<string, string>,
  ask: (url: string) => Promise<boolean>,
): Promise<Cold> {
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = `http://127.0.0.1:${env.PORT}`;
  for (;;) {
    if (child.exitCode !== null || performance.now() - started > 120_000) {
      child.kill('SIGKILL');
      throw new Error(`${args.join(' ')} does not answer`);
    }
    // Nobody listens at first.
    const answered = await ask(url).catch(() => false);
    if (answered) break;
    await sleep(4);
  }
  const ms = performance.now() - started;
  return {
    process: child,
    url,
    ms,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Sends a signed payload. @returns whether it was answered by what was asked for */
export async function signed(url: string, body: string): Promise<boolean> {
  const response = await fetch(`${url}/slack/events`, { method: 'POST', headers: headers(body), body });
  return response.ok && !/errors|wrong|reference/i.test(await response.text());
}
