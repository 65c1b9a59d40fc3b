import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBot, type TestBot } from '../support/bot.ts';
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

describe('a command', () => {
  it('opens a form that begins with what was typed, and shows what came of it in place', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add  <http://acme.com|acme.com>');
    const form = await admin.modal('Add domains');
    expect(JSON.stringify(form.view.blocks)).toContain('"initial_value":"http://acme.com"');
    const { ack } = await admin.submit({});
    expect(wordsOf((ack as { view: object }).view)).toContain('drawbridge-verification=');
  });

  it('answers in the acknowledgement', async () => {
    const { ack } = await bot.slack.as(PEOPLE.bystander).command('/sso status acme.com');
    expect(ack).toMatchObject({ response_type: 'ephemeral' });
    expect(wordsOf(ack as object)).toContain('Unverified');
  });
});
