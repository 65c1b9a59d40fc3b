import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedDomain } from '../support/seed.ts';
import { wordsOf } from '../support/slack-person.ts';

const PEOPLE = 100_000;
/** What Slack takes for a file of a modal. */
const MOST_BYTES = 10_000_000;
/** So much may differ between two moments: what tests and the local Slack keep is in it too. */
const FLAT_MIB = 15;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a domain of a hundred thousand people', () => {
  let on: WholeBot;
  beforeAll(async () => {
    on = await startWholeBot('postgres');
    await setUpTeam(on);
    const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
    await seedDomain(on.db, team?.id ?? '', 'acme.test');
  });
  afterAll(() => on.stop());

  /** What is in use once all is thrown away that nobody needs, in MiB. */
  const heap = (): number => {
    // Every line of the log is kept by the test itself.
    on.log.length = 0;
    collectGarbage();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const members = async () =>
    (await on.db.query<{ n: number }>(sql`select count(*)::int as n from memberships`))[0]?.n;
  const deletion = async () =>
    (await on.db.query<{ status: string; released: number }>(sql`select status, released from deletions`))[0];

  it('is imported from one file: the modal says Reading…, then what came of it', async () => {
    const rows = Array.from({ length: PEOPLE }, (_, n) => `person.${n}@acme.test,First ${n},Last ${n}`);
    const csv = `email,first name,last name\n${rows.join('\n')}\n`;
    expect(Buffer.byteLength(csv)).toBeLessThan(MOST_BYTES);
    await on.admin.command('/sso import acme.test');
    const form = await on.admin.modal('Import users');
    const submitted = await on.admin.submit({ 'Users file': await on.admin.file('users.csv', csv) });
    expect(wordsOf({ blocks: [submitted.ack] })).toContain('Reading');
    await expect
      .poll(async () => wordsOf((await on.admin.modal()).view), { timeout: 40_000, interval: 100 })
      .toContain('Imported 100,000 users');
    // It is the same dialog that says so, in place of the form.
    expect((await on.admin.modal()).view.id).toBe(form.view.id);
    expect(await members()).toBe(PEOPLE);
    await on.admin.close(true);
    await on.idle();
  });

  it('is deleted to its end, with memory as flat in the middle and at the end as at the start', async () => {
    await on.admin.command('/sso delete acme.test');
    await on.admin.modal('Delete domain');
    await on.admin.submit({ Reason: 'Sold', 'Type the domain to confirm': 'acme.test' });
    await on.admin.close(true);
    await on.approver.click(/^Approve this/);
    await on.approver.modal('Approve');
    const start = heap();
    await on.approver.submit();
    await on.approver.close(true);
    await expect
      .poll(async () => (await deletion())?.released, { timeout: 40_000, interval: 50 })
      .toBeGreaterThan(PEOPLE / 2);
    const middle = heap();
    expect((await deletion())?.status).toBe('Running');
    await expect
      .poll(async () => (await deletion())?.status, { timeout: 40_000, interval: 100 })
      .toBe('Done');
    const end = heap();
    expect(await deletion()).toEqual({ status: 'Done', released: PEOPLE });
    expect(await members()).toBe(0);
    for (const now of [middle, end]) expect(Math.abs(now - start)).toBeLessThan(FLAT_MIB);
    await on.bystander.sees('acme.test was deleted');
  });
});
