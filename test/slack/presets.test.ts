import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/identity/presets.ts';
import { startBot, type TestBot } from '../support/bot.ts';
import { certificate, metadataXml } from '../support/idp.ts';
import { PEOPLE } from '../support/slack.ts';
import { type SlackPerson, wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
let admin: SlackPerson;
beforeAll(async () => {
  bot = await startBot();
  await bot.setUp();
  admin = bot.slack.as(PEOPLE.admin);
});
afterAll(async () => {
  bot.slack.expectNoRefusals();
  await bot.close();
});

const onTop = () => bot.slack.ctx.modals.stack(PEOPLE.admin).at(-1)?.view;
const shows = (words: string) =>
  bot.slack.ctx.bus.until(
    () => (wordsOf(onTop() ?? {}).includes(words) ? onTop() : undefined),
    10_000,
    `${words} in the modal`,
  );

describe('choosing an identity provider', () => {
  it.each(PRESETS.filter(({ id }) => id !== 'other'))(
    'says where $name shows its metadata',
    async (preset) => {
      await admin.command('/sso connect Kept');
      await admin.modal('New connection');
      await admin.choose('provider', preset.id);
      const view = await shows(`${preset.name}: ${preset.metadataHint}`);
      expect(JSON.stringify(view.blocks)).toContain('"initial_value":"Kept"');
      await admin.close(true);
    },
  );

  it('keeps what is typed, and the result goes step by step with our own addresses', async () => {
    await admin.command('/sso connect');
    await admin.modal('New connection');
    await admin.choose('provider', 'okta');
    await shows('Okta: ');
    const xml = metadataXml('https://idp.example', certificate('idp').body);
    await admin.submit({ 'Connection name': 'Main', 'Metadata file': await admin.file('idp.xml', xml) });
    const words = wordsOf(await shows(' was created'));
    expect(words).toContain('At Okta');
    expect(words).toMatch(/1\. In the Okta Admin Console/);
    expect(words).toMatch(/Single sign-on URL to https:\/\/sso\.example\/saml\/\S+\/acs/);
    await admin.close(true);
    const edit = await admin.command('/sso edit Main');
    expect(edit.ok).toBe(true);
    expect(wordsOf((await admin.modal('Edit connection')).view)).toContain('Okta: ');
    await admin.choose('provider', 'entra');
    await shows('Microsoft Entra ID: ');
    await admin.close(true);
  });

  it('changes nothing any more once the form was sent or closed', async () => {
    await admin.command('/sso connect Late');
    const open = await admin.modal('New connection');
    const chosen = admin.choose('provider', 'okta');
    await admin.close(true);
    await chosen.catch(() => undefined);
    expect(bot.slack.ctx.modals.stack(PEOPLE.admin)).toEqual([]);
    expect(open.view.title?.text).toBe('New connection');
    expect(bot.logged()).not.toContain('An answer failed');
  });
});
