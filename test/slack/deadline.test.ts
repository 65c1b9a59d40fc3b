import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseUnavailable } from '../../db/errors.ts';
import type { Service } from '../../src/service/service.ts';
import { startBot, type TestBot } from '../support/bot.ts';
import { PEOPLE, type TestSlack } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
/** What the next calls of the service suffer from. */
let trouble: () => Promise<void> = async () => undefined;
let telling: () => Promise<void> = async () => undefined;

function troubled(real: Service): Service {
  return {
    ...real,
    open: (...given) => trouble().then(() => real.open(...given)),
    submit: (...given) => trouble().then(() => real.submit(...given)),
    show: (...given) => trouble().then(() => real.show(...given)),
    search: (...given) => trouble().then(() => real.search(...given)),
    tell: (...given) => telling().then(() => real.tell(...given)),
  };
}

beforeAll(async () => {
  bot = await startBot({ service: troubled });
  await bot.setUp();
});
afterEach(async () => {
  trouble = async () => undefined;
  telling = async () => undefined;
  for (const person of [PEOPLE.owner, PEOPLE.admin]) {
    if (bot.slack.ctx.modals.stack(person).length > 0) await bot.slack.as(person).close(true);
  }
});
afterAll(async () => {
  bot.slack.expectNoRefusals(['expired_trigger_id']);
  await bot.close();
});

/** What waits to be told to somebody alone. */
const toldDirectly = async () =>
  JSON.stringify(await bot.db.query(sql`select payload from outbox where kind = 'person'`));
const slow = () => sleep(3300);
const words = (slack: TestSlack, person: string) => slack.as(person).whispers().map(wordsOf).join('\n');
const broken = (error: Error) => async () => {
  throw error;
};

describe('work that takes longer than Slack waits', () => {
  it('a command says so in time, and answers by the response URL', async () => {
    trouble = slow;
    const { ack, ms } = await bot.slack.as(PEOPLE.admin).command('/sso');
    expect(ms).toBeLessThan(3000);
    expect(wordsOf(ack as object)).toContain('Still working');
    await bot.slack.as(PEOPLE.admin).sees('Acme');
  });

  it('a command whose modal comes too late gives a button that opens it', async () => {
    trouble = slow;
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add late.example');
    await admin.sees('too slow to open the dialog');
    trouble = async () => undefined;
    await admin.click('Add domains');
    await admin.modal('Add domains');
  });

  it('a submit shows that it works, then the answer in the same place', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add');
    await admin.modal('Add domains');
    trouble = slow;
    const { ack } = await admin.submit({ Domains: 'slow.example' });
    expect(wordsOf((ack as { view: object }).view)).toContain('Still working');
    await bot.slack.ctx.bus.until(
      () =>
        wordsOf(bot.slack.ctx.modals.stack(PEOPLE.admin).at(-1)?.view ?? {}).includes(
          '_drawbridge-challenge.slow.example',
        ),
      5000,
      'the answer in the modal',
    );
  });

  it('a submit with errors shows the form again as it was filled in', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add');
    await admin.modal('Add domains');
    trouble = slow;
    await admin.submit({ Domains: 'not a domain, at all' });
    const view = await bot.slack.ctx.bus.until(
      () => {
        const open = bot.slack.ctx.modals.stack(PEOPLE.admin).at(-1)?.view;
        return open?.callback_id === 'domain.add' ? open : undefined;
      },
      8000,
      'the form again',
    );
    expect(JSON.stringify(view.blocks)).toContain('"initial_value":"not a domain, at all"');
    expect(wordsOf(view)).toMatch(/Domains: [\s\S]*domain/);
  });
});

describe('what breaks', () => {
  it('is told calmly, with a reference that is in the log; never the error itself', async () => {
    trouble = broken(new Error('secret detail of the inside'));
    const { ack } = await bot.slack.as(PEOPLE.admin).command('/sso');
    const told = wordsOf(ack as object);
    expect(told).toContain('Something went wrong on our side');
    expect(told).not.toContain('secret detail');
    const [, ref] = /reference: ([0-9A-Z]{8})/.exec(told) ?? [];
    const line = bot
      .logged()
      .split('\n')
      .find((l) => l.includes(ref ?? '-'));
    expect(line).toContain('secret detail of the inside');
  });

  it('of the database asks for a minute, and keeps a form with the words under its first field', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add');
    await admin.modal('Add domains');
    trouble = broken(new DatabaseUnavailable('gone', '57P01'));
    const { ack } = await admin.submit({ Domains: 'x.example' });
    expect(ack).toMatchObject({
      response_action: 'errors',
      errors: { domains: expect.stringMatching(/try again in a minute\. Reference: [0-9A-Z]{8}$/) },
    });
  });

  it('while somebody types gives no options, and no harm', async () => {
    await bot.slack.as(PEOPLE.admin).command('/sso verify');
    const { view } = await bot.slack.as(PEOPLE.admin).modal();
    trouble = broken(new Error('search'));
    const found = await bot.slack.options(PEOPLE.admin, { type: 'view', view_id: view.id }, 'domain', 'a');
    expect(found).toMatchObject({ ok: true, options: [] });
  });

  it.each([
    ['a response URL that fails', 'response_url', '/sso', 'Acme'],
    ['a dialog that cannot be opened either', '*', '/sso add gone.example', 'This button opens it'],
  ])('an answer is told by direct message after %s', async (_, method, line, words) => {
    trouble = slow;
    bot.slack.ctx.faults.next(method, { status: 500, count: 2 });
    const { ack } = await bot.slack.as(PEOPLE.admin).command(line);
    expect(wordsOf(ack as object)).toContain('Still working');
    await expect.poll(toldDirectly, { timeout: 8000 }).toContain(words);
    bot.slack.ctx.faults.clear();
  });

  it('an answer in a dialog that Slack does not show any more is told by direct message', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add');
    await admin.modal('Add domains');
    trouble = slow;
    bot.slack.ctx.faults.next('views.update', { status: 502, count: 2 });
    await admin.submit({ Domains: 'unseen.example' });
    await expect.poll(toldDirectly, { timeout: 8000 }).toContain('unseen.example');
    expect(await toldDirectly()).not.toContain('Something went wrong');
  });

  it('when not even that is possible is in the log', async () => {
    trouble = slow;
    const ended = bot.logged().length;
    bot.slack.ctx.faults.next('response_url', { status: 500, count: 3 });
    telling = broken(new DatabaseUnavailable('gone', '57P01'));
    await bot.slack.as(PEOPLE.admin).command('/sso');
    await expect
      .poll(() => bot.logged().slice(ended), { timeout: 8000 })
      .toContain('Nor could the person be told');
    bot.slack.ctx.faults.clear();
  });

  it('leaves no secret in the log', () => {
    const log = bot.logged();
    expect(log).not.toMatch(/xoxb-|a-signing-secret|\/respond\//);
    expect(words(bot.slack, PEOPLE.admin)).not.toContain('xoxb-');
  });
});
