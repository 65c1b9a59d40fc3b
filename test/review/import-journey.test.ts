import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { certificate } from '../support/idp.ts';
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

  it('hands the full list of many bad rows to the person alone, safe for a spreadsheet', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => `user${n}@elsewhere.test,"=cmd()",Ray`);
    await upload(`email,first name,last name\n${rows.join('\n')}\n`);
    await expect
      .poll(async () => wordsOf((await on.admin.modal()).view), { timeout: 5000 })
      .toMatch(/30 of 30 rows[\s\S]*10 more rows[\s\S]*in your direct messages/);
    const [file] = (on.admin.direct().find(({ files }) => files)?.files ?? []) as {
      id: string;
      name: string;
    }[];
    expect(file?.name).toBe('bad-rows-acme.test.csv');
    const text = (await on.slack.ctx.files.bytes.get(file?.id ?? ''))?.toString() ?? '';
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(32);
    expect(lines[0]).toBe('\uFEFFLine,What is wrong,Email,First name,Last name');
    expect(lines[30]).toMatch(/^31,.*user29@elsewhere\.test,'=cmd\(\),Ray$/);
    for (const person of [on.approver, on.bystander])
      expect(JSON.stringify(person.direct())).not.toContain('bad-rows');
    expect(await members()).toEqual([]);
    await on.admin.close(true);
  });

  it('warns of a private key in the file, whatever else comes of it', async () => {
    const { keyPem } = certificate('careless');
    await upload(`email,first name,last name\nanna@acme.test,Anna,"${keyPem}"\n`);
    await expect
      .poll(async () => wordsOf((await on.admin.modal()).view), { timeout: 5000 })
      .toMatch(/private key was uploaded[\s\S]*Nobody was imported/);
    expect(JSON.stringify((await on.admin.modal()).view)).not.toContain(keyPem.split('\n')[3]);
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
