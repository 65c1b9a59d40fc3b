import type { Logger } from 'pino';
import { type Database, openDatabase } from '../db/client.ts';
import { DatabaseUnavailable } from '../db/errors.ts';
import { migrate } from '../db/migrate.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type Mailer, noMailer, smtpMailer } from './identity/mail.ts';
import { judges } from './identity/saml.ts';
import { createMetrics } from './metrics.ts';
import { operations } from './operations/index.ts';
import { keyFromFile, secrets as secretsOf } from './secrets.ts';
import { createService } from './service/create.ts';
import { type Installation, readFacts } from './service/facts/read.ts';
import type { Service } from './service/service.ts';
import { spKey } from './service/sign-in/sp-key.ts';
import { createSlackApp, type SlackApp } from './slack/app.ts';
import { createTools } from './tools.ts';
import { healthRoute } from './web/health.ts';
import type { Route } from './web/http.ts';
import { samlRoute } from './web/saml/route.ts';
import { createWebServer } from './web/server.ts';
import { signInRoute } from './web/sign-in/route.ts';
import { notYet, startingProbes } from './web/starting.ts';
import { styleRoute } from './web/style.ts';
import type { Queue } from './worker/queue.ts';
import { createWorker, QUEUES, type Worker } from './worker/worker.ts';
import { frontDoor } from './workspace/local/front-door.ts';
import type { Local } from './workspace/local/local.ts';

/** Drawbridge as it runs. */
export interface Drawbridge {
  port: number;
  db: Database;
  service: Service;
  slack: SlackApp;
  worker: Worker;
  /** The local workspace, when Slack is played here. */
  local: Local | null;
  /** Finishes what is under way or hands it on, at most some ten seconds, and lets go of everything. */
  stop(): Promise<void>;
}

export interface StartOptions {
  config: Config;
  log: Logger;
  /** The system's; the local workspace brings one that can be moved. */
  clock?: Clock;
  /** A database that is open already; whoever opened it closes it. */
  database?: Database;
  /** What a new embedded database is copied from, where it is there; see db/template.ts. */
  template?: string;
  /** How long a deletion can be cancelled before it begins; ten seconds unless said. */
  deletionGraceMs?: number;
  /** Told when the address answers, though with no more yet than that it is coming. */
  onListening?: (port: number) => void;
}

/**
 * Settings → database → service → Slack → worker → pages. What was opened is closed again when a later step fails.
 * @param options the configuration, the log, and a clock for tests
 * @throws what a step throws, with words for the person who starts it
 */
export async function startDrawbridge({
  config: given,
  log,
  clock: own,
  database,
  template,
  deletionGraceMs,
  onListening,
}: StartOptions): Promise<Drawbridge> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const routes: Route[] = [];
    const web = createWebServer(routes, log);
    let ready = false;
    let filled = false;
    const up = () => ready;
    if (given.slack.mode === 'local') {
      // Here a person waits before the page, which says from the first moment on that it is coming.
      // What is filled in goes through its own Web API, which so must answer before people do.
      const opens = ({ pathname }: URL) => filled || (ready && /^\/(workspace\/api|slack)\//.test(pathname));
      routes.push(startingProbes(up), frontDoor(given.publicUrl, opens));
    } else routes.push(startingProbes(up), notYet(up));
    const port = await web.listen(given.port, given.host);
    closers.push(() => web.stop());
    onListening?.(port);
    // Then the database: its folder's lock keeps a second process away from all that lies there.
    const { databaseUrl: url, dataDir } = given;
    const db = database ?? (await openDatabase({ ...(url ? { url } : { dataDir, template }), log }));
    if (!database) closers.push(() => db.close());
    await migrate(db, { log });
    let worker: Worker | undefined;
    // Its code is loaded only here, since no server needs it.
    const local =
      given.slack.mode === 'local'
        ? await (await import('./workspace/local/local.ts')).createLocal(
            given,
            db,
            () => void worker?.runDue(),
          )
        : null;
    if (local) closers.push(() => local.close());
    const config = local?.config ?? given;
    const clock = own ?? local?.clock ?? systemClock;
    const secrets = secretsOf(config.encryptionKey ?? (await keyFromFile(dataDir)));
    const key = await spKey(db, secrets, clock);

    const mailer = local?.mail.mailer ?? mailerOf(config);
    closers.push(async () => mailer.close());

    const metrics = createMetrics();
    const installation: Installation = {
      publicUrl: config.publicUrl,
      supportContact: config.supportContact ?? null,
      ...(deletionGraceMs !== undefined && { deletionGraceMs }),
      mail: mailer.ready,
    };
    const service = createService({
      db,
      clock,
      log,
      installation,
      tools: createTools(config),
      operations,
      counted: metrics.operation,
    });
    const slack = createSlackApp({
      config,
      service,
      operations,
      db,
      secrets,
      log,
      clock,
      measure: metrics,
    });
    let queue: Queue | undefined;
    const depth = async () => {
      if (!queue) throw new DatabaseUnavailable('The queue is not open yet', '57P03');
      return queue.depth();
    };
    metrics.watch({ db, clock, depth });

    const samlJudges = judges();
    closers.push(() => samlJudges.stop());
    routes.push(
      (req, res) => slack.handle(req, res),
      healthRoute({ db, queueAnswers: depth, slackConnected: () => slack.ready() }, metrics.registry),
      samlRoute({
        db,
        clock,
        log,
        publicUrl: config.publicUrl,
        key,
        judges: samlJudges,
        onSignIn: (purpose, outcome) => {
          metrics.signIn(purpose, outcome);
          local?.workspace.ctx.bus.tell({ type: 'panels' });
        },
      }),
      signInRoute({
        db,
        clock,
        log,
        secrets,
        publicUrl: config.publicUrl,
        mail: mailer.ready,
        supportContact: config.supportContact,
        onSignIn: metrics.signIn,
      }),
      styleRoute,
      ...(local?.routes ?? []),
    );
    ready = true;
    // The one big statement is planned before anybody waits for it.
    await readFacts(db, { workspaceId: '', slackId: '' }, clock.now(), installation);
    await slack.start();
    closers.push(() => slack.stop());
    // People are answered by now. What is to happen afterwards lies in the outbox, and so can wait for the queue.
    queue = await (await import('./worker/queue.ts')).openQueue(db, { queues: QUEUES, log });
    const opened = queue;
    closers.push(() => opened.stop());
    worker = createWorker({
      db,
      queue,
      service,
      clients: slack.clients,
      workspaces: slack.workspaces,
      clock,
      log,
      mailer,
      stationery: { publicUrl: config.publicUrl, secrets },
      // There a deletion is something to look at; a few thousand people would be gone in a second.
      ...(local && { deletion: { batch: 150, pauseMs: 400 } }),
    });
    await local?.fill(service.people);
    filled = true;
    await worker.start();
    const started = worker;
    // At the same time, since each takes seconds: no request is taken and nothing more is begun.
    closers.push(() => {
      local?.workspace.hangUp();
      return Promise.all([started.stop(), web.stop()]);
    });
    return { port, db, service, slack, worker, local, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function mailerOf({ mail }: Config): Mailer {
  return mail ? smtpMailer(mail) : noMailer();
}
