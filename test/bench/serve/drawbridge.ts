import type { App } from '@slack/bolt';
import { type Database, openDatabase } from '../../../db/client.ts';
import { systemClock } from '../../../src/clock.ts';
import { createLog } from '../../../src/log.ts';
import { operations as all } from '../../../src/operations/index.ts';
import { secrets as secretsOf } from '../../../src/secrets.ts';
import { createService } from '../../../src/service/create.ts';
import { createSlackApp } from '../../../src/slack/app.ts';
import { createWorkspaces } from '../../../src/slack/workspaces.ts';
import { WORKSPACE } from '../../support/seed.ts';
import type { Served } from './child.ts';
import { isServer } from './embedded.ts';
import { SECRET } from './payloads.ts';

/**
 * Drawbridge as it answers people, with the log of a server.
 * @param databaseUrl its database: the address of a server's, or the data folder of an embedded one
 * @param count so many operations, the one that is measured the last of them; null: as there are
 * @param socketApi in Socket Mode: the Web API that says where to connect
 */
export async function drawbridge(
  databaseUrl: string,
  count: number | null,
  socketApi?: string,
): Promise<Served> {
  const db = await openDatabase(isServer(databaseUrl) ? { url: databaseUrl } : { dataDir: databaseUrl });
  return answering(db, count === null ? all : listOf(count), socketApi);
}

/**
 * @param db its database
 * @param operations what it can do
 * @param socketApi in Socket Mode: the Web API that says where to connect
 */
export async function answering(
  db: Database,
  operations: typeof all,
  socketApi?: string,
): Promise<Served & { bolt: App }> {
  const log = createLog('info', { write: () => true });
  const service = createService({
    db,
    clock: systemClock,
    log,
    operations,
    installation: { publicUrl: 'https://sso.example', supportContact: null },
    tools: {
      lookForProof: async () => ({ found: true }),
      fetchMetadata: async () => ({ ok: false, message: 'Nothing can be fetched here.' }),
      publicUrl: 'https://sso.example',
      supportContact: null,
      newId: () => 'id',
    },
  });
  const secrets = secretsOf(Buffer.alloc(32, 7));
  const keep = createWorkspaces(db, secrets, systemClock);
  await keep.keep({
    id: WORKSPACE,
    name: 'Bench',
    botToken: 'xoxb-bench',
    botId: 'B0BOT',
    botUserId: 'U0BOT',
  });
  const app = createSlackApp({
    // Installed by OAuth, so that no Slack is asked who we are.
    config: {
      slack: {
        mode: 'oauth',
        clientId: '1.2',
        clientSecret: 'client-secret',
        stateSecret: 'state-secret',
        transport: socketApi
          ? { kind: 'socket', appToken: 'xapp-bench', signingSecret: undefined }
          : { kind: 'http', signingSecret: SECRET },
      },
      slackApiUrl: socketApi ?? 'http://127.0.0.1:9/',
      publicUrl: 'https://sso.example',
    },
    service,
    operations,
    db,
    secrets,
    log,
    clock: systemClock,
  });
  await app.start();
  return {
    bolt: app.app,
    handle(req, res) {
      if (!app.handle(req, res)) res.writeHead(404).end();
    },
  };
}

/** @returns the operation that is measured after others of other names, so many together */
export function listOf(count: number): typeof all {
  const jit = all.filter(({ kind }) => kind === 'domain.jit');
  const others = Array.from({ length: count - 1 }, (_, n) => {
    const like = all[n % all.length] as (typeof all)[number];
    return {
      ...like,
      kind: `other.${n}`,
      command: like.command && { ...like.command, verb: `${like.command.verb}${n}` },
    };
  });
  return [...others, ...jit];
}
