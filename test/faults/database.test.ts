import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../db/client.ts';
import { ASKERS, CROWDED, DECIDERS, letThemAct, TOO_LATE, type Told } from '../support/crowd.ts';
import { type Cable, startCable } from '../support/cut.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type Replicas, startReplicas } from '../support/replicas.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { CHANNELS, startSlack, type TestSlack } from '../support/slack.ts';
import { expectInvariants, settled } from './invariants.ts';

const DOMAINS = Array.from({ length: 8 }, (_, n) => `d${n}.test`);

let server: PostgresServer;
let cable: Cable;
let slack: TestSlack;
let replicas: Replicas;

/** Looks into the database past the cable. */
async function direct<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase({ url: server.url, max: 2 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

beforeAll(async () => {
  // A crash takes what PostgreSQL has not yet handed to the system; what it called committed must not be among it.
  [server, slack] = await Promise.all([
    startPostgres(['-c', 'synchronous_commit=on']),
    startSlack({ seed: CROWDED }),
  ]);
  cable = await startCable(server.url);
  replicas = await startReplicas({ count: 2, databaseUrl: cable.url, slack });
  const owner = slack.as(ASKERS[0] as string);
  await owner.command('/sso setup');
  await owner.modal('Set up your team');
  await owner.submit({
    'Team name': 'Acme',
    'Notifications channel': CHANNELS.notifications,
    Admins: ASKERS,
    Approvers: DECIDERS,
  });
  await owner.close(true);
  await direct(async (db) => {
    const teamId = (await db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
    const connection = await seedConnection(db, teamId);
    for (const name of DOMAINS) await seedDomain(db, teamId, name, 'SSO off', connection);
  });
}, 120_000);
afterAll(async () => {
  await replicas?.close();
  await slack?.close();
  await cable?.close();
  await server?.stop();
});

const ready = async (place: number) => (await fetch(`${replicas.url(place)}/readyz`)).status;

/** Everybody has an answer in time; what broke was told with a reference that is in the log of a process. */
function expectAnswered({ done, tooLate, broken }: Told): void {
  expect(tooLate).toBeLessThanOrEqual(done * TOO_LATE);
  const log = replicas.log().join('\n');
  for (const words of broken) {
    expect(words).toMatch(/database does not answer|Something went wrong/);
    expect(log).toContain(/reference: ([0-9A-Z]{8})/i.exec(words)?.[1] ?? 'no reference');
  }
}

async function expectAllAsWell(told: Told): Promise<void> {
  expectAnswered(told);
  await direct(async (db) => {
    await settled(db, 40_000);
    await expectInvariants(db, slack);
    const asked = await db.query<{ requester: string; n: number }>(
      sql`select requester, count(*) as n from requests group by 1`,
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const who of new Set(told.asked)) {
      expect(asked.find(({ requester }) => requester === who)?.n ?? 0).toBeGreaterThanOrEqual(
        told.asked.filter((one) => one === who).length,
      );
    }
  });
  await expect.poll(() => ready(0), { timeout: 10_000 }).toBe(200);
}

describe('the database', () => {
  it('dies at once and comes back: people are told, and nothing is lost or done twice', async () => {
    const acting = letThemAct(slack, { times: 200, domains: DOMAINS, requests: 10 });
    await sleep(2000);
    await server.crash();
    await expect.poll(() => ready(0), { timeout: 5000 }).toBe(503);
    expect((await fetch(`${replicas.url(0)}/healthz`)).status).toBe(200);
    await sleep(1000);
    await server.restart();
    await expectAllAsWell(await acting);
  }, 120_000);

  it('cannot be reached for ten seconds, without a word: the same', async () => {
    const acting = letThemAct(slack, { times: 300, domains: DOMAINS, requests: 12 });
    await sleep(1500);
    cable.pull();
    // A process that starts meanwhile waits for it, and says so.
    await replicas.kill(1);
    const starting = replicas.start(1);
    await Promise.all([
      sleep(10_000),
      expect
        .poll(() => replicas.log().join('\n'), { timeout: 40_000, interval: 250 })
        .toContain('The database does not answer yet'),
    ]);
    cable.plug();
    await expectAllAsWell(await acting);
    await starting;
  }, 120_000);
});
