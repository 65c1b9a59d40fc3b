import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { wordsOf } from '../support/slack-person.ts';

const MINUTE_MS = 60_000;
const RECORD = (name: string) => `_drawbridge-challenge.${name}`;

describe('a TXT record that is looked for without anybody asking', () => {
  let on: WholeBot;
  let second: WholeBot['bot'];
  beforeAll(async () => {
    on = await startWholeBot('postgres');
    second = (await on.another()).bot;
    await setUpTeam(on);
  });
  afterAll(() => on.stop());

  const add = async (name: string) => {
    await on.admin.command(`/sso add ${name}`);
    await on.admin.modal('Add domains');
    await on.admin.submit();
    await on.admin.close(true);
  };
  const publish = async (name: string) => {
    const [row] = await on.db.query<{ token: string }>(sql`select token from domains where name = ${name}`);
    on.dns.setFault(RECORD(name), undefined);
    on.dns.setTxt(RECORD(name), [`drawbridge-verification=${row?.token}`]);
  };
  const state = async (name: string) =>
    (await on.db.query<{ state: string }>(sql`select state from domains where name = ${name}`))[0]?.state;
  /** Time passes, and both processes look at once. */
  const later = async (ms: number) => {
    on.clock.advance(ms);
    await Promise.all([on.bot.worker.runDue(), second.worker.runDue()]);
    await on.idle();
  };

  it('is told after a failure of DNS, found a minute later, and stands in the trail once', async () => {
    await add('down.test');
    on.dns.setFault(RECORD('down.test'), 'servfail');
    await on.admin.command('/sso verify down.test');
    const [said] = on.admin.whispers().slice(-1);
    expect(wordsOf(said ?? {})).toMatch(/SERVFAIL\): nothing has changed, and it is looked up again/);
    await on.admin.command('/sso status down.test');
    await on.admin.sees(/It is looked for again by itself/);
    await publish('down.test');
    await later(MINUTE_MS / 2);
    expect(await state('down.test')).toBe('Unverified');
    await later(MINUTE_MS);
    expect(await state('down.test')).toBe('Verified');
    await on.bystander.sees(/The TXT record of .*down\.test.* was found/);
    const trail = await on.db.query(sql`
      select actor, outcome from audit where kind = 'domain.verify' and subject_name = 'down.test'`);
    expect(trail).toEqual([{ actor: 'Drawbridge', outcome: 'Done' }]);
    expect((await verifyAudit(on.db)).every(({ ok }) => ok)).toBe(true);
  });

  it('is found within the hour when the person never comes back', async () => {
    await add('quiet.test');
    await later(61 * MINUTE_MS);
    expect(await state('quiet.test')).toBe('Unverified');
    await publish('quiet.test');
    await later(61 * MINUTE_MS);
    expect(await state('quiet.test')).toBe('Verified');
    const left = await on.db.query(sql`select 1 from domains where look_at is not null`);
    expect(left).toEqual([]);
  });
});
