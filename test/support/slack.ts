import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Clock } from '../../src/clock.ts';
import type { Manifest } from '../../src/workspace/manifest.ts';
import { CHANNELS, SEED, type Seed } from '../../src/workspace/seed.ts';
import { createWorkspace, type Workspace, type WorkspaceOptions } from '../../src/workspace/server.ts';

import { type SlackPerson, slackPerson } from './slack-person.ts';

export { CHANNELS, PEOPLE } from '../../src/workspace/seed.ts';

/** Somebody of another workspace, here only through the shared channel. Not in the workspace unless asked for. */
export const STRANGER = {
  id: 'U0STRANGE1',
  name: 'stella',
  real_name: 'Stella Okoro',
  team_id: 'T0PARTNER00',
  tz: 'Europe/London',
};

/** @returns the usual people and channels, and the stranger in the shared one */
export function seedWithStranger(): Seed {
  const channels = SEED.channels.map((c) =>
    c.id === CHANNELS.shared ? { ...c, members: [...c.members, STRANGER.id] } : c,
  );
  return { ...SEED, people: [...SEED.people, STRANGER], channels };
}

export const SIGNING_SECRET = 'a-signing-secret-for-tests';
export const BOT_TOKEN = 'xoxb-local-workspace';
export const APP_TOKEN = 'xapp-local-workspace';

/** @returns the app's own manifest */
export function manifest(): Manifest {
  return parse(readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8')) as Manifest;
}

/** A workspace that listens, with what a test asks of it most. */
export type TestSlack = Workspace & {
  /** Its own origin. */
  origin: string;
  /** What the app needs in its environment to use it. */
  env: { SLACK_BOT_TOKEN: string; SLACK_SIGNING_SECRET: string; SLACK_API_URL: string };
  /**
   * Fails when the app did something that Slack would refuse.
   * @param except errors that the test means to provoke
   */
  expectNoRefusals(except?: string[]): void;
  /** @returns somebody who uses the workspace by what they read on screen */
  as(person: string): SlackPerson;
};

/**
 * Starts a stand-in Slack on a loopback port, in memory, with the people and channels of the seed.
 * @param options what differs from that; `appUrl` is where the app takes Slack's requests, and may come later by `deliverTo`
 */
export async function startSlack(
  options: Partial<WorkspaceOptions> & { appUrl?: string | (() => string); clock?: Clock } = {},
): Promise<TestSlack> {
  const { appUrl, ...rest } = options;
  const workspace = await createWorkspace({
    manifest: manifest(),
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    appToken: APP_TOKEN,
    deliver: { kind: 'http', url: appUrl ?? 'http://127.0.0.1:9/slack/events' },
    store: 'memory',
    ...rest,
  });
  const origin = await workspace.listen();
  return Object.assign(workspace, {
    origin,
    env: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: workspace.apiUrl,
    },
    as: (person: string) => slackPerson(workspace, person),
    expectNoRefusals(except: string[] = []) {
      const unexpected = workspace.ctx.log.refusals.filter((r) => !except.includes(r.error));
      if (unexpected.length === 0) return;
      const lines = unexpected.map((r) => `  ${r.method}: ${r.detail}\n    ${JSON.stringify(r.request)}`);
      throw new Error(`Slack would have refused:\n${lines.join('\n')}`);
    },
  });
}
