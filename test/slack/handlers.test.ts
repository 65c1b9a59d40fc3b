import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBot, type TestBot } from '../support/bot.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { CHANNELS, PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
let team: string;
let connection: string;
beforeAll(async () => {
  bot = await startBot();
  await bot.setUp();
  const [row] = await bot.db.query<{ id: string }>(sql`select id from teams`);
  team = (row as { id: string }).id;
  connection = await seedConnection(bot.db, team, 'My Okta');
});
afterEach(async () => {
  for (const person of Object.values(PEOPLE)) {
    if (bot.slack.ctx.modals.stack(person).length > 0) await bot.slack.as(person).close(true);
  }
});
afterAll(async () => {
  bot.slack.expectNoRefusals();
  await bot.close();
});

/** The words of an acknowledgement that updates the modal. */
function updated({ ack }: { ack?: unknown }): string {
  const { response_action, view } = ack as { response_action: string; view: object };
  expect(response_action).toBe('update');
  return wordsOf(view);
}

describe('a command', () => {
  it('opens a form that begins with what was typed, and shows what came of it in place', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    const { ack } = await admin.command('/sso add  <http://acme.com|acme.com>');
    expect(ack).toBeFalsy();
    const form = await admin.modal('Add domains');
    expect(JSON.stringify(form.view.blocks)).toContain('"initial_value":"http://acme.com"');
    const words = updated(await admin.submit());
    expect(words).toContain('_drawbridge-challenge.acme.com');
    expect(words).toContain('drawbridge-verification=');
  });

  it('answers in the acknowledgement, seen by the asker only', async () => {
    const { ack } = await bot.slack.as(PEOPLE.bystander).command('/sso status ACME.com.');
    expect(ack).toMatchObject({ response_type: 'ephemeral' });
    expect(wordsOf(ack as object)).toContain('Unverified');
  });

  it('that acts at once does so without a modal', async () => {
    const { ack } = await bot.slack.as(PEOPLE.admin).command('/sso verify acme.com');
    expect(wordsOf(ack as object)).toContain('acme.com');
    expect(bot.slack.ctx.modals.stack(PEOPLE.admin)).toHaveLength(0);
  });

  it('that is not known answers with help and the nearest one as a button', async () => {
    const bystander = bot.slack.as(PEOPLE.bystander);
    const { ack } = await bystander.command('/sso statsu');
    expect(wordsOf(ack as object)).toMatch(/no command[\s\S]*\/sso status[\s\S]*\/sso delete/);
    expect(JSON.stringify(ack)).toContain('"action_id":"show:status"');
  });

  it('shows errors under their fields, and keeps the form', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add');
    await admin.modal('Add domains');
    const { ack } = await admin.submit({ Domains: 'not a domain' });
    expect(ack).toMatchObject({ response_action: 'errors', errors: { domains: expect.any(String) } });
  });

  it('without a name asks for it, and goes on from there', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso verify');
    await admin.modal();
    const view = bot.slack.ctx.modals.stack(PEOPLE.admin).at(-1)?.view;
    const found = await bot.slack.options(
      PEOPLE.admin,
      { type: 'view', view_id: view?.id as string },
      'domain',
      'acm',
    );
    expect(found.options?.map((o) => o.text.text)).toEqual(['acme.com']);
    expect(updated(await admin.submit({ Domain: found.options?.[0]?.value }))).toContain('acme.com');
  });

  it('of a guest or a person of another workspace is refused', async () => {
    const { ack } = await bot.slack.as(PEOPLE.guest).command('/sso', CHANNELS.general);
    expect(wordsOf(ack as object)).toContain('Guests cannot use Drawbridge');
    await bot.slack.changePerson(PEOPLE.bystander, { is_restricted: true });
    const later = await bot.slack.as(PEOPLE.bystander).command('/sso');
    expect(wordsOf(later.ack as object)).toContain('Guests');
    await bot.slack.changePerson(PEOPLE.bystander, { is_restricted: false });
    expect(wordsOf((await bot.slack.as(PEOPLE.bystander).command('/sso')).ack as object)).toContain('Acme');
  });

  it('asks Slack about a person once', async () => {
    const asked = () =>
      bot.slack.ctx.log.entries.filter(
        (e) => e.name === 'users.info' && JSON.stringify(e.request).includes(PEOPLE.secondAdmin),
      ).length;
    await bot.slack.as(PEOPLE.secondAdmin).command('/sso');
    expect(asked()).toBe(1);
    await bot.slack.as(PEOPLE.secondAdmin).command('/sso status acme.com');
    expect(asked()).toBe(1);
  });
});

describe('a form with a page before it', () => {
  it('tells first, then asks; a request waits for its approver, who decides in a modal', async () => {
    const domain = await seedDomain(bot.db, team, 'live.example', 'SSO on', connection);
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso off live.example');
    const preview = await admin.modal('Turn off SSO');
    expect(preview.view.submit?.text).toBe('Continue');
    expect(preview.view.blocks.some((b) => b.type === 'input')).toBe(false);
    expect(JSON.parse(preview.view.private_metadata)).toMatchObject({ domain, page: 'preview' });
    const next = await admin.submit();
    expect(updated(next)).toContain('Reason');
    const words = updated(await admin.submit({ Reason: 'Changing the <!channel> provider' }));
    expect(words).toContain('Asked: Turn off SSO for live.example');
    await admin.close(true);

    const approver = bot.slack.as(PEOPLE.approver);
    await approver.command('/sso requests');
    await approver.click(/^Reject/);
    const reject = await approver.modal('Reject');
    expect(reject.view.submit?.text).toBe('Reject');
    expect(wordsOf(reject.view)).toContain('Changing the <!channel> provider');
    const missing = await approver.submit({ Reason: '   ' });
    expect(missing.ok && (missing.ack as { response_action?: string }).response_action !== 'errors').toBe(
      false,
    );
    await approver.close();
    await approver.click(/^Approve/);
    await approver.modal('Approve');
    expect(updated(await approver.submit({ Comment: 'Fine' }))).toContain('live.example');
    const { ack } = await admin.command('/sso status live.example');
    expect(wordsOf(ack as object)).toContain('SSO off');
  });

  it('a late click reads who decided', async () => {
    await seedDomain(bot.db, team, 'late.example', 'SSO on', connection);
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso off late.example');
    await admin.submit();
    await admin.submit({ Reason: 'x' });
    await admin.close(true);
    const approver = bot.slack.as(PEOPLE.approver);
    const owner = bot.slack.as(PEOPLE.owner);
    await approver.command('/sso requests');
    await owner.command('/sso requests');
    await owner.click(/^Reject/);
    await owner.modal('Reject');
    await owner.submit({ Reason: 'Not now' });
    await approver.click(/^Approve/);
    const told = await approver.sees('Already rejected by');
    expect(JSON.stringify(told.blocks)).toContain(PEOPLE.owner);
    expect(bot.slack.ctx.modals.stack(PEOPLE.approver)).toHaveLength(0);
  });
});

describe('a button', () => {
  it('of an older release is answered', async () => {
    const bystander = bot.slack.as(PEOPLE.bystander);
    const old = (action_id: string, value: string) => ({
      type: 'actions',
      elements: [{ type: 'button', action_id, value, text: { type: 'plain_text', text: 'Old' } }],
    });
    for (const [id, value] of [
      ['approve_v1', 'x'],
      ['open:gone.kind', '{}'],
      ['decide:approve', '{}'],
    ] as const) {
      const { ts } = (await bot.app.clients.withToken('xoxb-local-workspace').chat.postMessage({
        channel: CHANNELS.notifications,
        text: 'old',
        blocks: [old(id, value)],
      })) as { ts: string };
      await bystander.click('Old', { channel: CHANNELS.notifications, ts });
      await bystander.sees('This message is out of date');
      bot.slack.ctx.messages.ephemeral.clear();
    }
  });

  it('on a message never changes it: the answer is for who pressed alone', async () => {
    const bystander = bot.slack.as(PEOPLE.bystander);
    await bystander.command('/sso');
    const [before] = bystander.whispers().slice(-1);
    await bystander.click('Help');
    const seen = await bystander.sees('Drawbridge: single sign-on, run from Slack');
    expect(seen.is_ephemeral).toBe(true);
    expect(bystander.whispers()).toContainEqual(before);
  });

  it('whose trigger is gone is answered by another button that opens the modal', async () => {
    bot.slack.ctx.faults.next('views.open', { error: 'expired_trigger_id' });
    const admin = bot.slack.as(PEOPLE.admin);
    const { ack } = await admin.command('/sso add');
    expect(wordsOf(ack as object)).toContain('too slow to open the dialog');
    await admin.click('Add domains');
    await admin.modal('Add domains');
  });

  it('opens the modal later when Slack itself fails', async () => {
    bot.slack.ctx.faults.next('views.open', { status: 503 });
    const { ack } = await bot.slack.as(PEOPLE.admin).command('/sso connect');
    expect(JSON.stringify(ack)).toContain('open:connection.add');
  });
});

describe('a button in a modal', () => {
  it('that only tells is answered in its place', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso add button.example');
    await admin.modal('Add domains');
    await admin.submit();
    await admin.click('Verify');
    const view = await admin.modal('Verify');
    expect(wordsOf(view.view)).toContain('button.example');
    expect(bot.slack.ctx.modals.stack(PEOPLE.admin)).toHaveLength(1);
  });

  it('that is a form opens above it, so that nothing filled in is lost', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.command('/sso edit My Okta');
    await admin.modal('Edit connection');
    await admin.click(/^Renew/);
    await admin.modal('Renew certificate');
    expect(bot.slack.ctx.modals.stack(PEOPLE.admin)).toHaveLength(2);
    await admin.close();
    await admin.modal('Edit connection');
  });
});

describe('Home', () => {
  it('shows where things stand, opens forms, and is drawn anew after them', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.home('Acme');
    await admin.click(/^Add domain/, { home: true });
    await admin.modal('Add domains');
    await admin.submit({ Domains: 'from-home.example' });
    await admin.close(true);
    const home = await bot.slack.ctx.bus.until(
      () => {
        const open = bot.slack.ctx.modals.homes.get(PEOPLE.admin);
        return open && wordsOf(open.view).includes('from-home.example') ? open : undefined;
      },
      5000,
      'Home with the new domain',
    );
    expect(home.view.type).toBe('home');
  });

  it('answers a reading in a modal', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    await admin.home('Acme');
    await admin.click(/^Requests|^Show requests|^History|^Help/, { home: true });
    await admin.modal();
  });
});

describe('the history', () => {
  it('is exported into the direct messages of who asks, safe for a spreadsheet', async () => {
    const admin = bot.slack.as(PEOPLE.admin);
    const { ack } = await admin.command('/sso history export');
    expect(wordsOf(ack as object)).toContain('in your direct messages');
    const [message] = admin.direct().slice(-1);
    const [file] = (message?.files ?? []) as { id: string; name: string }[];
    expect(file?.name).toMatch(/^history-\d{4}-\d\d-\d\d\.csv$/);
    const other = await bot.slack.as(PEOPLE.bystander).command('/sso history export');
    expect(wordsOf(other.ack as object)).toContain('Only admins and approvers');
  });
});

describe('whoever has two teams', () => {
  it('chooses first, then goes on with what was asked for', async () => {
    const owner = bot.slack.as(PEOPLE.owner);
    await owner.command('/sso setup', CHANNELS.general);
    await owner.modal('Set up your team');
    await owner.submit({
      'Team name': 'Labs',
      'Notifications channel': CHANNELS.second,
      Admins: [PEOPLE.owner],
      Approvers: [PEOPLE.owner, PEOPLE.secondAdmin],
    });
    await owner.close(true);
    await owner.command('/sso add labs.example', CHANNELS.general);
    const choice = await owner.modal('Choose a team');
    expect(wordsOf(choice.view)).toContain('Labs');
    const { id } = (await bot.db.query<{ id: string }>(sql`select id from teams where name = 'Labs'`))[0] as {
      id: string;
    };
    const form = updated(await owner.submit({ Team: id }));
    expect(form).toContain('Team: Labs');
    expect(JSON.stringify(bot.slack.ctx.modals.stack(PEOPLE.owner).at(-1)?.view.blocks)).toContain(
      'labs.example',
    );
    expect(updated(await owner.submit())).toContain('_drawbridge-challenge.labs.example');
  });

  it('is not asked where the channel or the name says which', async () => {
    const owner = bot.slack.as(PEOPLE.owner);
    await owner.command('/sso add', CHANNELS.second);
    expect(wordsOf((await owner.modal('Add domains')).view)).toContain('Team: Labs');
    await owner.close(true);
    const { ack } = await owner.command('/sso status acme.com', CHANNELS.general);
    expect(wordsOf(ack as object)).toContain('acme.com');
  });
});
