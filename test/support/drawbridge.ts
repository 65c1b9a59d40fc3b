import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Drawbridge, startDrawbridge } from '../../src/app.ts';
import { movableClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type DnsServer, startDnsServer } from '../../src/workspace/dns-server.ts';
import { createIdp, type Idp } from '../../src/workspace/idp/idp.ts';
import { type Engine, type TestDatabase, testDatabase } from './database.ts';
import { CHANNELS, PEOPLE, startSlack, type TestSlack } from './slack.ts';
import type { SlackPerson } from './slack-person.ts';

/** The whole bot against a local Slack, a real DNS server and an identity provider that signs. */
export interface WholeBot {
  bot: Drawbridge;
  slack: TestSlack;
  db: TestDatabase;
  dns: DnsServer;
  idp: Idp;
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
  /** Stops all, and fails when the bot did anything that Slack would refuse. @param except errors meant to happen */
  stop(except?: string[]): Promise<void>;
}

/**
 * Starts everything for one test file.
 * @param engine the database's
 */
export async function startWholeBot(engine: Engine = 'pglite'): Promise<WholeBot> {
  const clock = movableClock();
  const [db, dns, slack, port, dataDir] = await Promise.all([
    testDatabase(engine),
    startDnsServer(),
    startSlack({ clock }),
    freePort(),
    mkdtemp(join(tmpdir(), 'drawbridge-')),
  ]);
  const url = `http://localhost:${port}`;
  const log: string[] = [];
  const config = readConfig({
    ...slack.env,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    DNS_SERVERS: dns.address,
    ALLOW_PRIVATE_NETWORK: 'true',
    SUPPORT_CONTACT: 'help@drawbridge.test',
  });
  slack.deliverTo({ kind: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  const bot = await startDrawbridge({
    config,
    clock,
    database: db,
    log: createLog('debug', { write: (line: string) => void log.push(line) }),
  });
  const idp = createIdp({ entityId: 'https://idp.acme.test/saml', ssoUrl: 'https://idp.acme.test/sso' });
  const { owner, admin, approver, secondAdmin, bystander, guest } = PEOPLE;
  return {
    bot,
    slack,
    db,
    dns,
    idp,
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
    async stop(except) {
      await bot.stop();
      await Promise.all([slack.close(), dns.close(), db.close()]);
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
