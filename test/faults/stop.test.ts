import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ASKERS, CROWDED, DECIDERS, letThemAct, TOO_LATE } from '../support/crowd.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Replicas, startReplicas } from '../support/replicas.ts';
import { seedConnection, seedDomain, seedUsers } from '../support/seed.ts';
import { CHANNELS, startSlack, type TestSlack } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';
import { expectInvariants, settled } from './invariants.ts';

const DOMAINS = Array.from({ length: 4 }, (_, n) => `d${n}.test`);
/** Thirty batches and more: whoever sees the first is long before the last. */
const PEOPLE = 80_000;

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
  for (const name of [...DOMAINS, 'decided.test']) await seedDomain(db, teamId, name, 'SSO off', connection);
  await seedDomain(db, teamId, 'imported.test', 'Verified');
  const viaDomainId = await seedDomain(db, teamId, 'gone.test', 'Verified');
  await seedUsers(db, 'gone.test', { count: PEOPLE, teamId, viaDomainId });
}, 120_000);
afterAll(async () => {
  await replicas?.close();
  await slack?.close();
  await db?.close();
});

const person = (list: string[], n = 0) => slack.as(list[n] as string);

/** Asks by a form, and lets it be approved. */
async function approved(line: string, title: string, values: Record<string, string>): Promise<void> {
  const [admin, decider] = [person(ASKERS, 1), person(DECIDERS)];
  await admin.command(line);
  await admin.modal(title);
  await admin.submit(values);
  await admin.close(true);
  await decider.click(/^Approve/, { channel: CHANNELS.notifications });
  await decider.modal();
  await decider.submit();
  if (slack.ctx.modals.stack(decider.id).length > 0) await decider.close(true);
}

const deletion = async () =>
  (await db.query<{ released: number; status: string }>(sql`select released, status from deletions`))[0];

it('SIGTERM in the middle of everything ends within ten seconds; the next process goes on with the rest', async () => {
  await approved('/sso delete gone.test', 'Delete domain', {
    Reason: 'sold',
    'Type the domain to confirm': 'gone.test',
  });
  // It can be cancelled for some seconds; then people are at work, and Slack takes its time with all that is told.
  const [begins] = await db.query<{ ms: number }>(
    sql`select (extract(epoch from begins_at - now()) * 1000)::float8 as ms from deletions`,
  );
  await sleep(Math.max(0, (begins?.ms ?? 0) - 1500));
  const acting = letThemAct(slack, { times: 200, domains: DOMAINS, requests: 4 });
  slack.ctx.faults.next('chat.postMessage', { delayMs: 30_000, count: 3 });
  slack.ctx.faults.next('chat.update', { delayMs: 30_000, count: 2 });
  slack.ctx.faults.next('views.open', { delayMs: 30_000, count: 1 });
  for (const until = performance.now() + 30_000; ((await deletion())?.released ?? 0) === 0; await sleep(10)) {
    if (performance.now() > until) throw new Error('the deletion has not begun');
  }
  const seen = await deletion();
  const { code, ms } = await replicas.stop(0);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  expect(seen?.released).toBeGreaterThan(0);
  const left = await deletion();
  expect(left?.status).toBe('Running');
  expect(left?.released).toBeGreaterThanOrEqual(seen?.released ?? 0);
  expect(left?.released).toBeLessThan(PEOPLE);
  slack.ctx.faults.clear();
  await replicas.start(0);
  const told = await acting;
  expect(told.tooLate).toBeLessThanOrEqual(told.done * TOO_LATE);
  await settled(db, 90_000);
  expect(await deletion()).toEqual({ status: 'Done', released: PEOPLE });
  const ends = await db.query(
    sql`select 1 from outbox where kind = 'person' and payload::text like '%gone.test was deleted%'`,
  );
  expect(ends).toHaveLength(1);
  await expectInvariants(db, slack);
}, 240_000);

/** Lets nothing be written, while everything can be read. @returns what ends it */
async function holdWrites(): Promise<() => Promise<void>> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    held = db.transaction(async (tx) => {
      await tx.query(sql`lock table audit in exclusive mode`);
      resolve();
      await released;
    });
    held.catch(reject);
  });
  return async () => {
    release();
    await held;
  };
}
const blocked = async (): Promise<number> =>
  (await db.query(sql`select distinct pid from pg_locks where not granted`)).length;

it('SIGTERM in the middle of a decision, an import and a form lets all of them end, and tells people so', async () => {
  const [admin, other, third, decider] = [
    person(ASKERS, 1),
    person(ASKERS, 2),
    person(ASKERS, 3),
    person(DECIDERS),
  ];
  await admin.command('/sso on decided.test');
  await admin.modal('Turn on SSO');
  await admin.submit({ Reason: 'ready' });
  await admin.close(true);
  await settled(db, 60_000);
  const { ts } = await admin.sees(/Approval needed.*decided\.test/s, { channel: CHANNELS.notifications });
  await decider.click(/^Approve/, { channel: CHANNELS.notifications, ts });
  await decider.modal();
  await other.command('/sso import imported.test');
  await other.modal('Import users');
  const file = await other.file('users.csv', 'email,first name,last name\na@imported.test,A,B\n');
  await third.command('/sso add formed.test');
  await third.modal('Add domains');

  const release = await holdWrites();
  const imported = other.submit({ 'Users file': file });
  await expect.poll(blocked, { timeout: 10_000, interval: 20 }).toBe(1);
  const decided = decider.submit();
  const formed = third.submit();
  await expect.poll(blocked, { timeout: 10_000, interval: 20 }).toBe(3);
  const stopped = replicas.stop(0);
  await sleep(300);
  await release();
  const answers = await Promise.all([imported, decided, formed]);
  for (const answer of answers) expect(answer.ok, JSON.stringify(answer)).toBe(true);
  const { code, ms } = await stopped;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  const shows = (who: typeof admin) => wordsOf(slack.ctx.modals.stack(who.id).at(-1)?.view ?? {});
  expect(shows(other)).toContain('Imported 1 user');
  expect(shows(third)).toContain('_drawbridge-challenge.formed.test');
  await replicas.start(0);
  await settled(db, 90_000);
  expect(
    await db.query(
      sql`select name, state from domains where name in ('decided.test', 'formed.test') order by name`,
    ),
  ).toEqual([
    { name: 'decided.test', state: 'SSO on' },
    { name: 'formed.test', state: 'Unverified' },
  ]);
  expect(await db.query(sql`select email from users where domain = 'imported.test'`)).toHaveLength(1);
  await expectInvariants(db, slack);
  for (const one of [other, third, decider]) {
    if (slack.ctx.modals.stack(one.id).length > 0) await one.close(true);
  }
}, 180_000);

it('SIGTERM while the database holds a form for ever ends within ten seconds all the same; nothing is half done', async () => {
  const asker = person(ASKERS, 1);
  await asker.command('/sso add held.test');
  await asker.modal('Add domains');
  const release = await holdWrites();
  const submitted = asker.submit();
  await expect.poll(blocked, { timeout: 10_000, interval: 20 }).toBe(1);
  const { code, ms } = await replicas.stop(0);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  const answer = await submitted;
  expect(answer.ok, JSON.stringify(answer)).toBe(true);
  expect(answer.ms).toBeLessThan(3000);
  await release();
  await replicas.start(0);
  await settled(db, 60_000);
  const domains = await db.query(sql`select 1 from domains where name = 'held.test'`);
  const told = await db.query(sql`select 1 from audit where body like '%held.test%' and kind = 'domain.add'`);
  expect(told).toHaveLength(domains.length);
  await expectInvariants(db, slack);
  if (slack.ctx.modals.stack(asker.id).length > 0) await asker.close(true);
}, 120_000);

it('one more, with nothing to do, ends at once', async () => {
  const { code, ms } = await replicas.stop(0);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(3000);
});
