import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { seedDomain } from '../support/seed.ts';
import { wordsOf } from '../support/slack-person.ts';

describe('importing users through the modal', () => {
  let on: WholeBot;
  let domainId: string;

  beforeAll(async () => {
    on = await startWholeBot();
    await setUpTeam(on);
    const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
    domainId = await seedDomain(on.db, team?.id ?? '', 'acme.test');
  });
  afterAll(() => on.stop());

  const upload = async (csv: string) => {
    await on.admin.command('/sso import acme.test');
    await on.admin.modal('Import users');
    await on.admin.submit({ 'Users file': await on.admin.file('users.csv', csv) });
  };
  const members = async () =>
    (
      await on.db.query<{ email: string }>(sql`
        select u.email from memberships m join users u on u.id = m.user_id
        where m.via_domain_id = ${domainId} order by u.email`)
    ).map(({ email }) => email);

  it('takes nobody when a row is bad, and names its line', async () => {
    await upload('email,first name,last name\nanna@acme.test,Anna,Lee\nbob@elsewhere.test,Bob,Ray\n');
    await expect.poll(async () => wordsOf((await on.admin.modal()).view)).toContain('Line 3');
    expect(await members()).toEqual([]);
    await on.admin.close(true);
  });

  it('takes all of a good file into the team, tells the channel and keeps it in the trail', async () => {
    await upload('email,first name,last name\nAnna@acme.test,Anna,Lee\nbob@acme.test,Bob,Ray\n');
    await expect.poll(async () => wordsOf((await on.admin.modal()).view)).toContain('Imported 2 users');
    expect(await members()).toEqual(['anna@acme.test', 'bob@acme.test']);
    await on.admin.close(true);
    await on.idle();
    await on.bystander.sees(/imported 2 users into acme\.test/);
    const [entry] = await on.db.query(sql`select subject_name from audit where kind = 'user.import'`);
    expect(entry).toEqual({ subject_name: 'acme.test' });
  });
});
