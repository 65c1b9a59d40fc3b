import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Drawbridge, startDrawbridge } from '../../src/app.ts';
import { movableClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { prepareSchema } from '../../src/workspace/block-kit/schema.ts';
import { type DnsServer, startDnsServer } from '../../src/workspace/dns-server.ts';
import { createIdp, type Idp } from '../../src/workspace/idp/idp.ts';
import { type Engine, type TestDatabase, testDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { CHANNELS, PEOPLE, startSlack, type TestSlack } from './slack.ts';
import type { SlackPerson } from './slack-person.ts';
import { startSmtp, type TestSmtp } from './smtp.ts';

/** The whole bot against a local Slack, a real DNS server and an identity provider that signs. */
export interface WholeBot {
  bot: Drawbridge;
  slack: TestSlack;
  db: TestDatabase;
  dns: DnsServer;
  idp: Idp;
  /** The mail server. */
  smtp: TestSmtp;
  clock: ReturnType<typeof movableClock>;
  /** The base of the bot's own addresses. */
  url: string;
  owner: SlackPerson;
  admin: SlackPerson;
  approver: SlackPerson;
  secondAdmin: SlackPerson;
  bystander: SlackPerson;
  guest: SlackPerson;
  /** Everything the bot logged, one JSON line each. */
  log: string[];
  /** Waits until nothing is left to tell or to do. */
  idle(): Promise<void>;
  /** A further process on the same database, which must be a server; it stops with the rest. */
  another(): Promise<{ bot: Drawbridge; url: string }>;
  /** Stops all, and fails when the bot did anything that Slack would refuse. @param except errors meant to happen */
  stop(except?: string[]): Promise<void>;
}

/**
 * Starts everything for one test file.
 * @param engine the database's
 * @param options `mail: false` leaves the bot without a mail server; `deletionGraceMs` is how long a deletion can be
 *   cancelled before it begins: not at all unless a test is about that
 */
export async function startWholeBot(
  engine: Engine = 'pglite',
  { mail = true, deletionGraceMs = 0 }: { mail?: boolean; deletionGraceMs?: number } = {},
): Promise<WholeBot> {
  const clock = movableClock();
  prepareSchema();
  const [db, dns, slack, smtp, port, dataDir] = await Promise.all([
    testDatabase(engine),
    startDnsServer(),
    startSlack({ clock }),
    startSmtp(),
    freePort(),
    mkdtemp(join(tmpdir(), 'drawbridge-')),
  ]);
  const url = `http://localhost:${port}`;
  const log: string[] = [];
  const env = {
    ...slack.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    DNS_SERVERS: dns.address,
    ALLOW_PRIVATE_NETWORK: 'true',
    SUPPORT_CONTACT: 'help@drawbridge.test',
    ...(mail && { SMTP_URL: smtp.url, MAIL_FROM: 'Drawbridge <sso@drawbridge.test>' }),
  };
  const config = readConfig(env);
  slack.deliverTo({ kind: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  const written = createLog('trace', { write: (line: string) => void log.push(line) });
  const bot = await startDrawbridge({ config, clock, database: db, log: written, deletionGraceMs });
  const others: (() => Promise<void>)[] = [];
  const idp = createIdp({ entityId: 'https://idp.acme.test/saml', ssoUrl: 'https://idp.acme.test/sso' });
  const { owner, admin, approver, secondAdmin, bystander, guest } = PEOPLE;
  return {
    bot,
    slack,
    db,
    dns,
    idp,
    smtp,
    clock,
    url,
    log,
    owner: slack.as(owner),
    admin: slack.as(admin),
    approver: slack.as(approver),
    secondAdmin: slack.as(secondAdmin),
    bystander: slack.as(bystander),
    guest: slack.as(guest),
    idle: () => bot.worker.idle(),
    async another() {
      const [database, otherPort] = await Promise.all([db.another(), freePort()]);
      const other = await startDrawbridge({
        config: readConfig({ ...env, PORT: String(otherPort), PUBLIC_URL: url }),
        clock,
        database,
        log: written,
        deletionGraceMs,
      });
      others.push(async () => {
        await other.stop();
        await database.close();
      });
      return { bot: other, url: `http://localhost:${otherPort}` };
    },
    async stop(except) {
      for (const stop of others) await stop();
      await bot.stop();
      await Promise.all([slack.close(), dns.close(), smtp.close(), db.close()]);
      await rm(dataDir, { recursive: true, force: true });
      slack.expectNoRefusals(except);
    },
  };
}

/** Makes the team: the owner sets up, `owner` and `admin` ask, `approver` and `owner` decide. */
export async function setUpTeam({ owner, idle }: WholeBot, name = 'Acme'): Promise<void> {
  await owner.command('/sso setup');
  await owner.modal('Set up your team');
  const outcome = await owner.submit({
    'Team name': name,
    'Notifications channel': CHANNELS.notifications,
    Admins: [PEOPLE.owner, PEOPLE.admin],
    Approvers: [PEOPLE.owner, PEOPLE.approver],
  });
  if (!outcome.ok) throw new Error(`set-up failed: ${JSON.stringify(outcome)}`);
  await owner.close(true);
  await idle();
}
