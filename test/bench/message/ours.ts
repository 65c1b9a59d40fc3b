import type { Database } from '../../../db/client.ts';
import { systemClock } from '../../../src/clock.ts';
import { noMailer } from '../../../src/identity/mail.ts';
import { createLog } from '../../../src/log.ts';
import { secrets as secretsOf } from '../../../src/secrets.ts';
import { createClients } from '../../../src/slack/client.ts';
import { createWorkspaces } from '../../../src/slack/workspaces.ts';
import { openQueue } from '../../../src/worker/queue.ts';
import { createWorker, QUEUES } from '../../../src/worker/worker.ts';
import { allow, benchService } from '../serve/service.ts';
import type { Tenants } from '../serve/tenants.ts';

/** Something that says a word in a channel whenever something was committed. */
export interface Teller {
  /** Commits a change that a team's channel is told of. @returns when it was committed */
  commit(team: number): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Drawbridge's service and worker as they run.
 * @param db its database
 * @param tenants the teams
 * @param apiUrl the Web API
 */
export async function drawbridgeTells(db: Database, tenants: Tenants, apiUrl: string): Promise<Teller> {
  let committedAt = 0;
  // Called right after the commit.
  const noting: Database = Object.assign(Object.create(db) as Database, {
    notify(channel: string) {
      committedAt = performance.now();
      db.notify(channel);
    },
  });
  const log = createLog('info', { write: () => true });
  const service = benchService(noting, log);
  const secrets = secretsOf(Buffer.alloc(32, 7));
  const clients = createClients(apiUrl, log);
  const workspaces = createWorkspaces(db, secrets, systemClock);
  // As after a while: each is remembered once it was asked for.
  await workspaces.all();
  const queue = await openQueue(db, { queues: QUEUES, log });
  const worker = createWorker({
    db,
    queue,
    service,
    clients,
    workspaces,
    clock: systemClock,
    log,
    mailer: noMailer(),
    stationery: { publicUrl: 'https://sso.example', secrets },
  });
  await worker.start();
  const used = new Map<number, number>();
  return {
    async commit(team) {
      const n = used.get(team) ?? 0;
      used.set(team, n + 1);
      await allow(service, tenants, team, n);
      return committedAt;
    },
    async stop() {
      await worker.stop();
      await queue.stop();
      await clients.close();
    },
  };
}
