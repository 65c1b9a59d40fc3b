import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBot, type TestBot } from '../support/bot.ts';
import { seedConnection } from '../support/seed.ts';
import { PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startBot();
  await bot.setUp();
});
afterAll(async () => {
  bot.slack.expectNoRefusals();
  await bot.close();
});

it('a certificate is removed from the status of its connection: its own button chooses it', async () => {
  const [team] = await bot.db.query<{ id: string }>(sql`select id from teams`);
  const connection = await seedConnection(bot.db, team?.id ?? '', 'Okta');
  await bot.db.query(sql`
    insert into certificates (id, connection_id, team_id, fingerprint, der, subject, issuer, key_type, key_bits,
      valid_from, valid_until, added_at)
    select 'newer', connection_id, team_id, 'BB:CC:DD:EE:FF:00:11:22:33', 'der2', 'CN=newer', 'CN=idp', 'rsa', 2048,
      valid_from, '2036-01-01T00:00:00Z'::timestamptz, added_at + interval '1 day'
    from certificates where connection_id = ${connection}`);
  const admin = bot.slack.as(PEOPLE.admin);
  const { ack } = await admin.command('/sso status Okta');
  expect(wordsOf(ack as object)).toContain('CN=newer');
  // The one that ends last, which the form would not choose by itself.
  await admin.click('Remove certificate BB:CC:DD:EE:FF:00:11:22');
  const { view } = await admin.modal('Remove certificate');
  expect(JSON.stringify(view.blocks)).toMatch(/"initial_option":\{[^}]*\{[^}]*\}[^}]*"value":"newer"/);
  const asked = await admin.submit();
  expect(JSON.stringify(asked.ack)).toContain('Remove the certificate BB:CC:DD:EE:FF:00:11:22 of Okta');
  await admin.close(true);
});
