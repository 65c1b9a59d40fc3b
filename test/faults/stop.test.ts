import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ASKERS, CROWDED, DECIDERS, letThemAct, TOO_LATE } from '../support/crowd.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Replicas, startReplicas } from '../support/replicas.ts';
import { seedConnection, seedDomain, seedUsers } from '../support/seed.ts';
import { CHANNELS, startSlack, type TestSlack } from '../support/slack.ts';
import { expectInvariants, settled } from './invariants.ts';

const DOMAINS = Array.from({ length: 4 }, (_, n) => `d${n}.test`);

let db: TestDatabase;
let slack: TestSlack;
let replicas: Replicas;

beforeAll(async () => {
  [db, slack] = await Promise.all([testDatabase('postgres'), startSlack({ seed: CROWDED })]);
  if (!('url' in db.source)) throw new Error('this needs a server');
  replicas = await startReplicas({ count: 1, databaseUrl: db.source.url, slack });
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
  const teamId = (await db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
  const connection = await seedConnection(db, teamId);
  for (const name of DOMAINS) await seedDomain(db, teamId, name, 'SSO off', connection);
  const viaDomainId = await seedDomain(db, teamId, 'gone.test', 'Verified');
  await seedUsers(db, 'gone.test', { count: 60_000, teamId, viaDomainId });
}, 120_000);
afterAll(async () => {
  await replicas?.close();
  await slack?.close();
  await db?.close();
});

/** A domain with many people is on its way out. */
async function beginDeletion(): Promise<void> {
  const admin = slack.as(ASKERS[1] as string);
  await admin.command('/sso delete gone.test');
  await admin.modal('Delete domain');
  await admin.submit({ Reason: 'sold', 'Type the domain to confirm': 'gone.test' });
  await admin.close(true);
  const decider = slack.as(DECIDERS[0] as string);
  await decider.click(/^Approve/, { channel: CHANNELS.notifications });
  await decider.modal();
  await decider.submit();
  if (slack.ctx.modals.stack(decider.id).length > 0) await decider.close(true);
  await expect
    .poll(async () => (await db.query(sql`select 1 from deletions where released > 0`)).length, {
      timeout: 30_000,
    })
    .toBe(1);
}

it('SIGTERM in the middle of everything ends within ten seconds; the next process goes on with the rest', async () => {
  await beginDeletion();
  const acting = letThemAct(slack, { times: 150, domains: DOMAINS, requests: 4 });
  await sleep(500);
  // Slack takes its time with messages and dialogs, so that something is under way whenever it stops.
  slack.ctx.faults.next('chat.postMessage', { delayMs: 30_000, count: 3 });
  slack.ctx.faults.next('chat.update', { delayMs: 30_000, count: 2 });
  slack.ctx.faults.next('views.open', { delayMs: 30_000, count: 1 });
  await sleep(1000);
  const [before] = await db.query<{ released: number; status: string }>(
    sql`select released, status from deletions`,
  );
  const { code, ms } = await replicas.stop(0);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  // A quick machine may have released everybody by now; what counts is that nothing is lost.
  expect(['Running', 'Done']).toContain(before?.status);
  slack.ctx.faults.clear();
  await replicas.start(0);
  const told = await acting;
  expect(told.tooLate).toBeLessThanOrEqual(told.done * TOO_LATE);
  await settled(db, 60_000);
  await expectInvariants(db, slack);
}, 180_000);

it('a second one, with nothing to do, ends at once', async () => {
  const { code, ms } = await replicas.stop(0);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3000);
});
