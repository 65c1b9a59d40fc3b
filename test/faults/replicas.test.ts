import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASKERS, CROWDED, DECIDERS, letThemAct, TOO_LATE } from '../support/crowd.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Replicas, startReplicas } from '../support/replicas.ts';
import { seedConnection, seedDomain, seedUsers } from '../support/seed.ts';
import { CHANNELS, startSlack, type TestSlack } from '../support/slack.ts';
import { expectInvariants, settled } from './invariants.ts';

/** What people do altogether; requests are few, since Slack takes about one message a second in a channel. */
const TIMES = 500;
const REQUESTS = 24;
const DOMAINS = Array.from({ length: 8 }, (_, n) => `d${n}.test`);
const GOING = ['gone0.test', 'gone1.test', 'gone2.test'];

let db: TestDatabase;
let slack: TestSlack;
let replicas: Replicas;

beforeAll(async () => {
  [db, slack] = await Promise.all([testDatabase('postgres'), startSlack({ seed: CROWDED })]);
  const { source } = db;
  if (!('url' in source)) throw new Error('this needs a server');
  replicas = await startReplicas({ count: 3, databaseUrl: source.url, slack });
  const owner = slack.as(ASKERS[0] as string);
  await owner.command('/sso setup');
  await owner.modal('Set up your team');
  const made = await owner.submit({
    'Team name': 'Acme',
    'Notifications channel': CHANNELS.notifications,
    Admins: ASKERS,
    Approvers: DECIDERS,
  });
  expect(made.ok, JSON.stringify(made)).toBe(true);
  await owner.close(true);
  const teamId = (await db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
  const connection = await seedConnection(db, teamId);
  for (const name of DOMAINS) await seedDomain(db, teamId, name, 'SSO off', connection);
  for (const name of GOING) {
    const viaDomainId = await seedDomain(db, teamId, name, 'Verified');
    await seedUsers(db, name, { count: 3000, teamId, viaDomainId });
  }
}, 120_000);
afterAll(async () => {
  await replicas?.close();
  await slack?.close();
  await db?.close();
});

describe('three processes on one database', () => {
  it('do each thing once and lose nothing, while they are killed and started again at random', async () => {
    const admin = slack.as(ASKERS[1] as string);
    for (const name of GOING) {
      await admin.command(`/sso delete ${name}`);
      await admin.modal('Delete domain');
      await admin.submit({ Reason: 'sold', 'Type the domain to confirm': name });
      await admin.close(true);
    }
    // Approved now, so that they run while processes die.
    await approveAll();
    let acting = true;
    let kills = 0;
    const murders = (async () => {
      const starting: Promise<void>[] = [];
      while (acting) {
        await sleep(800 + Math.random() * 1000);
        const up = replicas.up();
        if (up.length < 2) continue;
        const victim = up[Math.floor(Math.random() * up.length)] as number;
        await replicas.kill(victim);
        kills += 1;
        starting.push(replicas.start(victim));
      }
      await Promise.all(starting);
    })();
    const told = await letThemAct(slack, { times: TIMES, domains: DOMAINS, requests: REQUESTS });
    acting = false;
    await murders;
    // What still waits is decided by one of those who may.
    await approveAll();
    await settled(db, 60_000);

    expect(kills).toBeGreaterThan(2);
    expect(told.broken).toEqual([]);
    expect(told.done - told.unanswered).toBeGreaterThan(TIMES * 0.8);
    expect(told.tooLate).toBeLessThanOrEqual(told.done * TOO_LATE);
    const asked = await db.query<{ requester: string; n: number }>(
      sql`select requester, count(*) as n from requests group by 1`,
    );
    for (const { requester, n } of asked) {
      expect(n, requester).toBeGreaterThanOrEqual(told.asked.filter((who) => who === requester).length);
    }
    expect(told.asked.length).toBeGreaterThan(3);
    expect(await db.query(sql`select status from deletions`)).toHaveLength(GOING.length);
    await expectInvariants(db, slack);
  }, 180_000);
});

async function approveAll(): Promise<void> {
  const pending = () =>
    db.query<{ ts: string }>(sql`
      select m.ts from requests r join messages m on m.key = 'request:' || r.id where r.status = 'Pending'`);
  await expect
    .poll(
      async () => (await db.query(sql`select 1 from outbox where kind = 'card' and sent_at is null`)).length,
      {
        timeout: 40_000,
        interval: 250,
      },
    )
    .toBe(0);
  for (const { ts } of await pending()) {
    const decider = slack.as(DECIDERS[0] as string);
    await decider.click(/^Approve/, { channel: CHANNELS.notifications, ts });
    await decider.modal();
    await decider.submit();
    if (slack.ctx.modals.stack(decider.id).length > 0) await decider.close(true);
  }
}
