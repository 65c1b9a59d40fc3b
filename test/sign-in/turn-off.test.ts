import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { turnOffMailJob } from '../../src/worker/turn-off/mail-job.ts';
import { ENGINES } from '../support/database.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { httpBrowser } from '../support/http-browser.ts';
import { seedDomain, seedUsers } from '../support/seed.ts';
import { seedConnectionTo, seedUser } from '../support/sign-in.ts';
import { wordsOf } from '../support/slack-person.ts';

describe.each(ENGINES)('turning SSO off, for its people, on %s', (engine) => {
  let on: WholeBot;
  let teamId: string;

  beforeAll(async () => {
    on = await startWholeBot(engine);
    await setUpTeam(on);
    teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
    const connectionId = await seedConnectionTo(on.db, teamId, on.idp, 'Acme IdP');
    const id = await seedDomain(on.db, teamId, 'acme.test', 'SSO on', connectionId);
    await seedUsers(on.db, 'acme.test', { count: 27, withPassword: 7, teamId, viaDomainId: id });
    await seedUser(on.db, 'anna@acme.test', { teamId });
    await seedUser(on.db, 'nobody@acme.test', { teamId });
    await seedUser(on.db, 'else@other.test', { teamId });
  });
  afterAll(() => on.stop());

  const card = async () => {
    await on.idle();
    return wordsOf(await on.bystander.sees(/(Done|Approval needed): Turn off SSO for acme/));
  };

  it('writes to each of them once, and to nobody else', async () => {
    await on.admin.command('/sso off acme.test');
    await on.admin.modal('Turn off SSO');
    await on.admin.submit();
    const { view } = await on.admin.modal();
    expect(wordsOf(view)).toContain('Write to everyone it touches');
    const outcome = await on.admin.submit({ Reason: 'Changing the provider' });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await on.admin.close(true);
    await on.idle();
    expect(await card()).toContain('All of them get a mail');
    await on.approver.click(/^Approve/);
    await on.approver.modal();
    expect((await on.approver.submit()).ok).toBe(true);
    await on.approver.close(true);
    await on.idle();
    const receivers = on.smtp.received.map((mail) => /^To: (.*)\r$/m.exec(mail)?.[1]);
    expect(receivers).toHaveLength(28);
    expect(new Set(receivers).size).toBe(28);
    expect(receivers.every((to) => to?.endsWith('@acme.test'))).toBe(true);
    expect(on.smtp.to('anna@acme.test')[0]).toContain('FORGOT?');
    expect(on.smtp.to('anna@acme.test')[0]).toContain(`${on.url}/sign-in`);
    expect(on.smtp.received.filter((mail) => mail.includes('password that you had before'))).toHaveLength(7);
  });

  it('gives up an address that the mail server refuses, and nothing else', async () => {
    const rows = await on.db.query<{ problem: string; to: string }>(sql`
      select problem, payload->>'to' as "to" from outbox where kind = 'mail' and dropped_at is not null`);
    expect(rows).toEqual([{ to: 'nobody@acme.test', problem: expect.stringContaining('EENVELOPE') }]);
  });

  it('counts on the card who has a password again', async () => {
    const words = await card();
    expect(words).toContain('7 of 29 have a password again.');
    expect(words).toContain('29 people were written to.');
    const browser = httpBrowser(on.url);
    const page = await browser.submit(await browser.get('/sign-in'), '/sign-in', { email: 'anna@acme.test' });
    await browser.submit(page, '/sign-in/forgot');
    await on.idle();
    const link = /http\S+token=\S+/.exec(on.smtp.to('anna@acme.test').at(-1) ?? '')?.[0] ?? '';
    const typed = { password: 'seven quiet lanterns float', confirm: 'seven quiet lanterns float' };
    const done = await browser.submit(await browser.get(link), '/sign-in/reset', typed);
    expect(done.title).toBe('You are signed in');
    await on.bot.worker.runDue();
    expect(await card()).toContain('8 of 29 have a password again.');
  });

  it('stops counting after two weeks', async () => {
    on.clock.advance(15 * 86_400_000);
    await on.db.query(sql`update users set password_hash = null where email = 'anna@acme.test'`);
    await on.bot.worker.runDue();
    expect(await card()).toContain('8 of 29 have a password again.');
  });

  it('writes to nobody twice when the job runs again, twice at once, or begins in the middle', async () => {
    const before = on.smtp.received.length;
    const [row] = await on.db.query<{ id: string }>(sql`select id from turn_offs`);
    const id = row?.id ?? '';
    const run = (batch: number) =>
      turnOffMailJob({ db: on.db, clock: on.clock, batch, waitMs: 20 })(id, new AbortController().signal);
    await run(100);
    await on.idle();
    expect(on.smtp.received).toHaveLength(before);
    await on.db.query(sql`
      update turn_offs set mail_ended_at = null, mailed_to = (select min(id) + 9 from users where domain = 'acme.test')`);
    await Promise.all([run(3), run(3)]);
    await on.idle();
    const again = on.smtp.received.slice(before).map((mail) => /^To: (.*)\r$/m.exec(mail)?.[1]);
    expect(new Set(again).size).toBe(again.length);
    expect(again).toHaveLength(18);
  });

  it('writes to nobody more once SSO is on again', async () => {
    const before = on.smtp.received.length;
    await on.db.query(sql`update turn_offs set mail_ended_at = null, mailed_to = 0`);
    await on.db.query(
      sql`update domains set state = 'SSO on', version = version + 1 where name = 'acme.test'`,
    );
    const [row] = await on.db.query<{ id: string }>(sql`select id from turn_offs`);
    await turnOffMailJob({ db: on.db, clock: on.clock })(row?.id ?? '', new AbortController().signal);
    await on.idle();
    expect(on.smtp.received).toHaveLength(before);
  });
});
