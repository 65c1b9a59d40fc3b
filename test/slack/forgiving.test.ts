import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBot, type TestBot } from '../support/bot.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { PEOPLE } from '../support/slack.ts';
import { type SlackPerson, wordsOf } from '../support/slack-person.ts';

describe('names as people type and paste them, over signed HTTP', () => {
  let bot: TestBot;
  let admin: SlackPerson;
  beforeAll(async () => {
    bot = await startBot();
    await bot.setUp();
    admin = bot.slack.as(PEOPLE.admin);
    const [team] = await bot.db.query<{ id: string }>(sql`select id from teams`);
    const okta = await seedConnection(bot.db, team?.id ?? '', 'Okta');
    await seedConnection(bot.db, team?.id ?? '', 'Acme IdP for Staff');
    await seedConnection(bot.db, team?.id ?? '', 'Möbel & “Größe”');
    await seedDomain(bot.db, team?.id ?? '', 'acme.test', 'SSO off', okta);
    await seedDomain(bot.db, team?.id ?? '', 'mail.acme.co.uk');
  });
  afterAll(async () => {
    bot.slack.expectNoRefusals();
    await bot.close();
  });

  /** What a command is answered with; with its fields, where that is a modal. */
  const answer = async (line: string): Promise<string> => {
    const outcome = await admin.command(line);
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    const [open] = bot.slack.ctx.modals.stack(PEOPLE.admin);
    if (!open) return wordsOf({ blocks: [outcome.ack] });
    const { view } = await admin.modal();
    await admin.close(true);
    return `${wordsOf(view)}\n${JSON.stringify(view.blocks)}`;
  };

  it.each([
    'ACME.TEST.',
    '“acme.test”',
    '‘acme.test’,',
    '«acme.test»',
    '*acme.test*',
    '`acme.test`',
    '(acme.test)',
    'acme.test?',
    '@acme.test',
    'nora@acme.test',
    'https://www.acme.test/about?a=b#c',
    'https://user:pass@acme.test:8443/',
    'acme.test/login',
    '<http://acme.test|acme.test>',
    '<mailto:nora@acme.test|nora@acme.test>',
    '&lt;acme.test&gt;',
    '\u00a0acme.test\u00a0',
    'ａｃｍｅ。test',
  ])('/sso status %s', async (typed) => {
    expect(await answer(`/sso status ${typed}`)).toMatch(/^acme\.test: SSO off/);
  });

  it.each(['acme idp FOR staff', '“Acme IdP for Staff”', 'Acme  IdP for\u00a0Staff'])(
    '/sso status %s',
    async (typed) => {
      expect(await answer(`/sso status ${typed}`)).toMatch(/^Acme IdP for Staff: /);
    },
  );

  it.each([
    ['acme.tets', 'acme.test'],
    ['acmetest', 'acme.test'],
    ['acme', 'acme.test'],
    ['www.acme.test', 'acme.test'],
    ['acme\u200b.test', 'acme.test'],
    ['Acme IdP', 'Acme IdP for Staff'],
    ['Acme IdP for Stuff', 'Acme IdP for Staff'],
    ['möbel & größe', 'Möbel & “Größe”'],
  ])('/sso status %s offers the nearest', async (typed, near) => {
    const escaped = near.replaceAll('&', '&amp;');
    const words = await answer(`/sso status ${typed}`);
    expect(
      [near, escaped].some((name) => words.includes(`Did you mean ${name}?`)),
      words,
    ).toBe(true);
    await admin.click(near);
    await admin.sees(new RegExp(`^${escaped}: |^${near}: `));
  });

  it.each([
    'link mail.acme.co.uk Acme IdP for Staff',
    'link mail.acme.co.uk to “acme idp for staff”',
    'link “mail.acme.co.uk” “Acme IdP for Staff”',
    'link <http://mail.acme.co.uk|mail.acme.co.uk>, Acme IdP for Staff',
    '“link mail.acme.co.uk → Acme IdP for Staff”',
  ])('/sso %s', async (typed) => {
    const words = await answer(`/sso ${typed}`);
    expect(words).toMatch(/^Link domain/);
    expect(words).toContain('"initial_option":{"text":{"type":"plain_text","text":"mail.acme.co.uk"');
    expect(words).toContain('"initial_option":{"text":{"type":"plain_text","text":"Acme IdP for Staff"');
  });

  it('takes an address out of what a mail program copies', async () => {
    expect(await answer('/sso invite “Berg, Anna” &lt;anna@acme.test&gt;,')).toContain(
      '"initial_value":"anna@acme.test"',
    );
  });

  it.each([
    ['/sso disable acme.test', 'Did you mean /sso off?'],
    ['/sso staus acme.test', 'Did you mean /sso status?'],
    ['/sso ?', '/sso status [domain or connection]'],
    ['/sso !!!', 'There is no command /sso !!!.'],
  ])('%s', async (line, words) => {
    expect(await answer(line)).toContain(words);
  });
});
