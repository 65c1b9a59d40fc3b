import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { parse } from 'yaml';
import type { Database } from '../../../db/client.ts';
import { fillDemo } from '../../../db/demo.ts';
import type { Config } from '../../config.ts';
import { challengeName, challengeValue } from '../../identity/dns-proof.ts';
import type { PeopleStore } from '../../service/service.ts';
import type { Route } from '../../web/http.ts';
import { prepareSchema } from '../block-kit/schema.ts';
import type { Manifest } from '../manifest.ts';
import { pageHandler, preparePage } from '../page.ts';
import { CHANNELS, PEOPLE, TEAM } from '../seed.ts';
import { createWorkspace, type Workspace } from '../server.ts';
import { type LocalClock, localClock } from './clock.ts';
import { type LocalDns, localDns } from './dns.ts';
import { type LocalIdp, localIdp } from './idp.ts';
import { type LocalMail, localMail } from './mail.ts';
import { newestSignIns } from './sign-ins.ts';
import { storyPanel } from './story.ts';
import { welcome } from './welcome.ts';

/** The bot token of the local workspace (contract). */
export const LOCAL_TOKEN = 'xoxb-local-workspace';

/** A Slack on this machine with what stands around it. */
export interface Local {
  workspace: Workspace;
  clock: LocalClock;
  dns: LocalDns;
  idp: LocalIdp;
  mail: LocalMail;
  routes: Route[];
  /** The configuration as if this were a real workspace. */
  config: Config;
  /** Puts the demo in when the workspace has no team yet. */
  fill(people: PeopleStore): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes the local workspace: Slack, its page, DNS, identity provider, mail, clock. Nothing is listened on but DNS.
 * @param config as read; `slack.mode` is `local`
 * @param db the database: the panels show what the bot waits for
 * @param due called when the clock was moved
 */
export async function createLocal(config: Config, db: Database, due: () => void): Promise<Local> {
  const directory = join(config.dataDir, 'workspace');
  const clock = await localClock(join(directory, 'clock.json'), () => {
    changed();
    workspace.ctx.bus.tell({ type: 'clock' });
    due();
  });
  const dns = await localDns(
    join(directory, 'zone.json'),
    () => wantedRecords(db),
    () => changed(),
  );
  const idp = await localIdp({
    path: join(directory, 'idp.json'),
    clock,
    publicUrl: config.publicUrl,
    domains: () => domainNames(db),
    signIns: () => newestSignIns(db),
  });
  const mail = await localMail(join(directory, 'mail.json'), clock, () => changed());
  const signingSecret = randomBytes(32).toString('hex');
  // One name for everything: the bot takes files only from where it calls the Web API.
  const here = ownAddress(config);
  const workspace = await createWorkspace({
    manifest: parse(readFileSync(new URL('../../../manifest.yml', import.meta.url), 'utf8')) as Manifest,
    botToken: LOCAL_TOKEN,
    signingSecret,
    deliver: { kind: 'http', url: `${here}/slack/events` },
    store: { directory },
    clock,
    origin: here,
    panels: { mail: mail.panel, dns: dns.panel, idp: idp.panel, clock: clock.panel, story: storyPanel(db) },
    page: async (req, res) => pageHandler(req, res),
  });
  const changed = () => workspace.ctx.bus.tell({ type: 'panels' });
  await preparePage();
  prepareSchema();
  return {
    workspace,
    clock,
    dns,
    idp,
    mail,
    routes: [
      idp.route,
      (req, res) => workspace.handler(req, res),
      (req, res, url) => {
        if (url.pathname !== '/' || req.method !== 'GET') return false;
        res.writeHead(302, { location: '/workspace' }).end();
        return true;
      },
    ],
    config: {
      ...config,
      slack: { mode: 'single', botToken: LOCAL_TOKEN, transport: { kind: 'http', signingSecret } },
      slackApiUrl: `${here}/workspace/api/`,
      dnsServers: [dns.server.address],
      allowPrivateNetwork: true,
    },
    async fill(people) {
      const known = [...workspace.ctx.directory.people.values()].filter((one) => !one.is_bot);
      await people.keep(
        TEAM.id,
        known.map((one) => ({
          slackId: one.id,
          name: one.real_name,
          timeZone: one.tz,
          slackAdmin: one.is_admin || one.is_owner,
          guest: one.is_restricted,
          deactivated: one.deleted,
        })),
      );
      const der = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
      const filled = await fillDemo(db, clock, {
        workspaceId: TEAM.id,
        people: PEOPLE,
        channels: { first: CHANNELS.notifications, second: CHANNELS.second },
        idp: {
          entityId: idp.entityId,
          ssoUrl: idp.ssoUrl,
          certificate: der(idp.certificatePem()),
          endingCertificate: der(idp.endingCertificatePem(ENDING_DAYS)),
        },
      });
      if (filled) welcome(workspace.ctx);
    },
    async close() {
      await workspace.close();
      await dns.server.close();
    },
  };
}

/** A week after the first start, the second team hears that its certificate will end. */
const ENDING_DAYS = 36;

/** Where this process is reached from this machine: by `localhost`, as the start prints it, if that leads here. */
function ownAddress({ host, port }: Config): string {
  const plain = ['127.0.0.1', '::1', 'localhost'].includes(host);
  return `http://${plain ? 'localhost' : host}:${port}`;
}

async function wantedRecords(db: Database) {
  const rows = await db.query<{ name: string; token: string }>(
    sql`select name, token from domains where state = 'Unverified' order by name limit 500`,
  );
  return rows.map(({ name, token }) => ({
    domain: name,
    name: challengeName(name),
    value: challengeValue(token),
  }));
}

async function domainNames(db: Database): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    sql`select distinct name from domains where state in ('Verified', 'SSO off', 'SSO on') order by name limit 20`,
  );
  return rows.map(({ name }) => name);
}
