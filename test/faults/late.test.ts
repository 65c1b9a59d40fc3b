import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TOO_LATE } from '../support/crowd.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Replicas, startReplicas } from '../support/replicas.ts';
import { CHANNELS, PEOPLE, startSlack, type TestSlack } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let db: TestDatabase;
let slack: TestSlack;
let replicas: Replicas;

beforeAll(async () => {
  [db, slack] = await Promise.all([testDatabase('postgres'), startSlack()]);
  if (!('url' in db.source)) throw new Error('this needs a server');
  replicas = await startReplicas({ count: 1, databaseUrl: db.source.url, slack });
  const owner = slack.as(PEOPLE.owner);
  await owner.command('/sso setup');
  await owner.modal('Set up your team');
  await owner.submit({
    'Team name': 'Acme',
    'Notifications channel': CHANNELS.notifications,
    Admins: [PEOPLE.owner, PEOPLE.admin],
    Approvers: [PEOPLE.owner, PEOPLE.approver],
  });
  await owner.close(true);
}, 120_000);
afterAll(async () => {
  await replicas?.close();
  await slack?.close();
  await db?.close();
});

/** So many at once, as when everybody reads the same announcement. */
const AT_ONCE = 20;

it('everybody is answered in three seconds while the database takes longer, and reads the answer when it is there', async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let holding: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    // Nothing can be read that an answer is made of.
    holding = db.transaction(async (tx) => {
      await tx.query(sql`lock table teams in access exclusive mode`);
      resolve();
      await released;
    });
    holding.catch(reject);
  });
  const admin = slack.as(PEOPLE.admin);
  const answers = Promise.all(
    Array.from({ length: AT_ONCE }, (_, n) =>
      admin.command('/sso', n % 3 === 0 ? CHANNELS.general : undefined),
    ),
  );
  await sleep(4000);
  release();
  await holding;
  const inTime = (await answers).filter(({ ok, ms }) => ok && ms < 3000);
  expect(inTime.length).toBeGreaterThanOrEqual(AT_ONCE * (1 - TOO_LATE));
  for (const { ack } of inTime) expect(wordsOf(ack as object)).toContain('Still working');
  // Whoever read that Slack had no answer has it all the same.
  const told = () => [...admin.whispers(), ...admin.whispers(CHANNELS.general)].map(wordsOf);
  await expect
    .poll(() => told().filter((words) => words.includes('Acme')).length, { timeout: 20_000 })
    .toBe(AT_ONCE);
  expect(told().join()).not.toMatch(/Something went wrong/);
}, 90_000);
