import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Body } from '../workspace/bolt-app.ts';
import {
  type Chromium,
  describeInBrowser,
  eventually,
  run,
  shoot,
  startChromium,
} from './support/chromium.ts';
import { MESSAGE_BLOCKS, RARE_BLOCKS } from './support/samples.ts';
import { CHANNELS, PEOPLE, startPage } from './support/world.ts';

describeInBrowser('messages in the page', () => {
  let world: Awaited<ReturnType<typeof startPage>>;
  let chromium: Chromium;
  let page: Page;
  beforeAll(async () => {
    world = await startPage();
    chromium = await startChromium();
  });
  afterEach(async () => {
    await page?.context().close();
    world.on(async ({ ack }) => ack?.());
    world.got.length = 0;
  });
  afterAll(async () => {
    await chromium?.close();
    await world?.stop();
  });

  const post = (text: string, more: object = {}) =>
    world.client.chat.postMessage({ channel: CHANNELS.notifications, text, ...more } as never);

  it('draws every block, with times in the reader’s zone', async () => {
    await post('Turn off SSO for harbour.example', { blocks: MESSAGE_BLOCKS });
    page = await chromium.open(world.page('owner'));
    const card = page.locator('.message').last();
    await card.getByRole('heading', { name: 'Turn off SSO for harbour.example' }).waitFor();
    const words = await card.textContent();
    expect(words).toContain('Reason: <!channel> *not bold*');
    expect(words).toContain('1 March 2026 at 10:00');
    expect(await card.locator('strong').first().textContent()).toBe('Drawbridge');
    expect(await card.locator('.mention').allTextContents()).toEqual([
      '@Aiko Tanaka',
      '#general',
      '@Bea Novák',
    ]);
    expect(await card.getByRole('table').textContent()).toContain('412');
    expect(await card.getByText('unsafe').getAttribute('href')).toBeNull();
    expect(await card.locator('pre').allTextContents()).toEqual([
      'pre formatted',
      '_drawbridge-challenge.harbour.example',
    ]);
    await shoot(page, 'message-light');
    await page
      .getByRole('button', { name: /Aiko Tanaka/ })
      .first()
      .click();
    await eventually(() => card.textContent()).toContain('1 March 2026 at 18:00');
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('finds an old message by its link, and reads what is older without losing the place', async () => {
    const old = world.slack.ctx.messages.post(CHANNELS.general, { user: PEOPLE.owner, text: 'the old one' });
    for (let n = 1; n <= 250; n += 1)
      world.slack.ctx.messages.post(CHANNELS.general, { user: PEOPLE.owner, text: `filler ${n}` });
    page = await chromium.open(`${world.page('owner')}#/${CHANNELS.general}`);
    await page.getByText('filler 250', { exact: true }).waitFor();
    const first = page.getByText('filler 151', { exact: true });
    await page.getByRole('button', { name: 'Older messages' }).click();
    await page.getByText('filler 51', { exact: true }).waitFor();
    await eventually(() => first.evaluate((node) => node.getBoundingClientRect().top)).toBeLessThan(820);
    expect(await first.evaluate((node) => node.getBoundingClientRect().top)).toBeGreaterThan(0);
    await page.reload();
    await page.getByText('filler 250', { exact: true }).waitFor();
    await page.evaluate(`location.hash = '#/${CHANNELS.general}/${old.ts}'`);
    await page.locator('.message.marked', { hasText: 'the old one' }).waitFor();
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('draws the rarer blocks too, and what it cannot draw it names', async () => {
    world.slack.ctx.messages.post(CHANNELS.notifications, {
      user: 'U0DRAWBRDG',
      bot_id: 'B0DRAWBRDG',
      text: 'Rare <!everyone>',
      blocks: RARE_BLOCKS.map(([block], at) => ({ ...block, block_id: `rare${at}` })) as never,
    });
    page = await chromium.open(world.page('owner'));
    for (const [at, [block, words]] of RARE_BLOCKS.entries()) {
      const drawn = page.locator(`[data-block=rare${at}]`);
      expect(await drawn.textContent(), String(block.type)).toContain(words);
    }
    // The notification says it to everybody, which no block shows.
    await page.locator('.notification .leak', { hasText: '@everyone' }).waitFor();
    await shoot(page, 'blocks-rare');
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('shows a block that it does not know by its type and content', async () => {
    world.slack.ctx.messages.post(CHANNELS.notifications, {
      user: 'U0DRAWBRDG',
      bot_id: 'B0DRAWBRDG',
      text: 'x',
      blocks: [{ type: 'hologram', block_id: 'h', shine: 'bright' }],
    });
    page = await chromium.open(world.page('owner'));
    const block = page.locator('.message').last().locator('details');
    await block.locator('summary', { hasText: 'hologram' }).click();
    expect(await block.locator('pre').textContent()).toContain('"shine": "bright"');
  });

  it('presses buttons, chooses in selects and menus, and asks first where the app wants that', async () => {
    await post('Card', { blocks: MESSAGE_BLOCKS });
    page = await chromium.open(world.page('owner'));
    const card = page.locator('.message').last();
    const actions = () =>
      world.got
        .filter((one) => one.type === 'block_actions')
        .map((one) => [
          one.actions[0].action_id,
          one.actions[0].selected_option?.value ?? one.actions[0].value,
        ]);
    await card.getByRole('button', { name: 'Approve turning off' }).click();
    await eventually(actions).toEqual([['decide:approve', '{}']]);
    await card.getByRole('button', { name: 'Reject' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Reject this?' });
    await shoot(page, 'confirm');
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await card.getByRole('button', { name: 'Reject' }).click();
    await dialog.getByRole('button', { name: 'Reject it' }).click();
    await eventually(actions).toHaveLength(2);
    await card.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Second thing' }).click();
    await eventually(actions).toHaveLength(3);
    await card.getByRole('combobox').click();
    await page.getByRole('option', { name: 'Green' }).click();
    await eventually(actions).toHaveLength(4);
    await card.getByRole('button', { name: 'Good' }).click();
    await eventually(actions).toEqual([
      ['decide:approve', '{}'],
      ['decide:reject', '{}'],
      ['more', 'b'],
      ['colour', 'green'],
      ['feedback', 'good'],
    ]);
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('shows that it is at work, and says when the app did not answer', async () => {
    world.on(async ({ body, ack }) => {
      if (body.type !== 'block_actions') await ack?.();
    });
    await post('Slow', { blocks: MESSAGE_BLOCKS });
    page = await chromium.open(world.page('owner'));
    const button = page.locator('.message').last().getByRole('button', { name: 'Approve turning off' });
    await button.click();
    expect(await button.getAttribute('aria-busy')).toBe('true');
    await page.getByRole('alert').waitFor();
    await eventually(() => button.getAttribute('aria-busy')).toBeNull();
  });

  it('follows edits and deletions as they happen', async () => {
    const { ts } = await post('Deleting harbour.example: 1 of 9');
    page = await chromium.open(world.page('bystander'));
    await page.getByText('1 of 9').waitFor();
    await world.client.chat.update({ channel: CHANNELS.notifications, ts: ts ?? '', text: 'Now 5 of 9' });
    await page.getByText('Now 5 of 9').waitFor();
    expect(await page.getByText('1 of 9').count()).toBe(0);
    await world.client.chat.delete({ channel: CHANNELS.notifications, ts: ts ?? '' });
    await page.getByText('Now 5 of 9').waitFor({ state: 'detached' });
  });

  it('keeps a thread beside its channel', async () => {
    const { ts } = await post('The card');
    page = await chromium.open(world.page('owner'));
    const card = page.locator('.message', { hasText: 'The card' });
    await card.hover();
    await card.getByRole('button', { name: 'Reply in thread' }).click();
    const thread = page.getByRole('complementary');
    await thread.getByLabel('Reply').fill('Looks fine to me');
    await page.keyboard.press('Enter');
    await thread.getByText('Looks fine to me').waitFor();
    await post('Step 1 is done', { thread_ts: ts });
    await thread.getByText('Step 1 is done').waitFor();
    await page.getByRole('button', { name: /2 replies/ }).waitFor();
    expect(await page.getByRole('main').getByText('Step 1 is done').count()).toBe(0);
    await shoot(page, 'thread');
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'hidden' });
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('shows an answer to a command to nobody else, and lets it be dismissed', async () => {
    world.on(async ({ body, ack }) => {
      await ack(body.command ? { text: 'SSO is on', response_type: 'ephemeral' } : undefined);
    });
    page = await chromium.open(world.page('owner'));
    await run(page, '/sso status');
    const answer = page.locator('.message.ephemeral', { hasText: 'SSO is on' });
    await answer.getByText('Only visible to you').waitFor();
    await shoot(page, 'ephemeral');
    const other = await chromium.open(world.page('bystander'));
    await other.getByLabel('Message #sso-changes').waitFor();
    expect(await other.getByText('SSO is on').count()).toBe(0);
    await other.context().close();
    await answer.getByRole('button', { name: 'Dismiss this message' }).click();
    await answer.waitFor({ state: 'detached' });
  });

  it('keeps what was begun while the app was still thinking', async () => {
    let think = () => {};
    const thinking = new Promise<void>((resolve) => {
      think = resolve;
    });
    world.on(async ({ body, ack }) => {
      if (body.command) await thinking;
      await ack(body.command ? { text: 'Thought about it' } : undefined);
    });
    page = await chromium.open(world.page('owner'));
    const field = page.getByLabel('Message #sso-changes');
    await field.fill('/sso status');
    await field.press('End');
    await field.press('Escape');
    await field.press('Enter');
    await page.locator('form[aria-busy=true]').waitFor();
    await field.pressSequentially(' and so on');
    think();
    await page.locator('.message', { hasText: 'Thought about it' }).waitFor();
    await eventually(() => field.inputValue()).toBe(' and so on');
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('misses nothing that comes while messages are being read', async () => {
    page = await chromium.open(world.page('owner', `#/${CHANNELS.general}`));
    await page.getByLabel('Message #general').waitFor();
    await post('Came before');
    await page.getByRole('navigation').locator('.unread', { hasText: 'sso-changes' }).waitFor();
    const told = page.waitForResponse('**/ui/channels*');
    await page.route('**/ui/messages*', async (route) => {
      const response = await route.fetch();
      await post('Came in between');
      await told;
      await route.fulfill({ response });
    });
    await page.getByRole('navigation').getByRole('link', { name: 'sso-changes' }).click();
    // By then the answer was drawn.
    await page.locator('.message', { hasText: 'Came before' }).waitFor();
    expect(await page.locator('.message', { hasText: 'Came in between' }).count()).toBe(1);
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('reddens a broadcast that the app let through, and leaves people’s own alone', async () => {
    await post('Reason: <!channel> look');
    await world.slack.postMessage(PEOPLE.bystander, CHANNELS.notifications, '@here lunch <b>now</b>');
    page = await chromium.open(world.page('owner'));
    const leaked = page.locator('.message', { hasText: 'Reason:' }).locator('.leak');
    expect(await leaked.textContent()).toBe('@channel');
    const own = page.locator('.message', { hasText: 'lunch' });
    expect(await own.locator('.leak').count()).toBe(0);
    expect(await own.textContent()).toContain('<b>now</b>');
    await shoot(page, 'leak');
  });

  it('reddens what somebody typed and the app let become real', async () => {
    world.on(async ({ body, ack }) => {
      await ack(body.command ? { text: `You asked: ${body.text}`, response_type: 'ephemeral' } : undefined);
    });
    page = await chromium.open(world.page('owner'));
    await run(page, `/sso off <@${PEOPLE.guest}> <https://evil.example|bank.example> https://plain.example`);
    const answer = page.locator('.message.ephemeral', { hasText: 'You asked' });
    await eventually(() => answer.locator('.leak').allTextContents()).toEqual([
      '@Gil Ferreira',
      'bank.example',
      'https://plain.example',
    ]);
    const users = Buffer.from('email,first name\na@b.example,<https://evil.example|your bank>\n');
    await world.slack.uploadFile(PEOPLE.owner, { name: 'users.csv', bytes: users });
    await post('Imported <https://evil.example|your bank>');
    const leaked = page.locator('.message', { hasText: 'Imported' }).locator('.leak');
    await eventually(() => leaked.allTextContents()).toEqual(['your bank']);
    await post(`Approvers: <@${PEOPLE.approver}>`);
    const card = page.locator('.message', { hasText: 'Approvers:' });
    await card.locator('.mention').waitFor();
    expect(await card.locator('.leak').count()).toBe(0);
  });

  it('completes commands from the usage hint, and names', async () => {
    page = await chromium.open(world.page('owner'));
    const field = page.getByLabel('Message #sso-changes');
    await field.pressSequentially('/s');
    await page.getByRole('option', { name: '/sso' }).waitFor();
    await page.keyboard.press('Tab');
    await field.pressSequentially('ver');
    await shoot(page, 'completion');
    await page.keyboard.press('Enter');
    expect(await field.inputValue()).toBe('/sso verify ');
    await field.fill('');
    await field.pressSequentially('ask @ai');
    await page.getByRole('option', { name: /@aiko/ }).click();
    await page.keyboard.press('Enter');
    await page.locator('.message').last().locator('.mention', { hasText: '@Aiko Tanaka' }).waitFor();
  });

  it('sends files', async () => {
    page = await chromium.open(world.page('owner'));
    await page.locator('.composer input[type=file]').setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('email\nbea@harbour.example\n'),
    });
    await page.locator('.composer').getByText('people.csv').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    const link = page.locator('.message').last().getByRole('link', { name: 'people.csv' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('people.csv');
  });

  it('marks what is unread, and forgets it when it was seen', async () => {
    page = await chromium.open(world.page('admin', `#/${CHANNELS.general}`));
    const row = page.getByRole('link', { name: /sso-changes/ });
    await row.click();
    await page.getByLabel('Message #sso-changes').waitFor();
    await page
      .getByRole('link', { name: /general/ })
      .first()
      .click();
    await eventually(() => row.getAttribute('class')).toBe('');
    await post(`<@${PEOPLE.admin}> look`);
    await eventually(() => row.getAttribute('class')).toBe('unread');
    expect(await row.locator('.badge').textContent()).toBe('1');
    await row.click();
    await page.locator('.new').waitFor();
    await page
      .getByRole('link', { name: /general/ })
      .first()
      .click();
    await eventually(() => row.getAttribute('class')).toBe('');
  });

  it('opens the app’s Home, redraws it live, and shows its messages', async () => {
    const home = (words: string) => ({
      user_id: PEOPLE.owner,
      view: { type: 'home', blocks: [{ type: 'header', text: { type: 'plain_text', text: words } }] },
    });
    world.on(async ({ body, ack }) => {
      await ack?.();
      if ((body as Body).event?.type === 'app_home_opened')
        await world.client.views.publish(home('Your team') as never);
    });
    page = await chromium.open(world.page('owner'));
    await page.getByRole('link', { name: 'Drawbridge' }).click();
    await page.getByRole('heading', { name: 'Your team' }).waitFor();
    await world.client.views.publish(home('Your other team') as never);
    await page.getByRole('heading', { name: 'Your other team' }).waitFor();
    await shoot(page, 'home');
    await world.client.chat.postMessage({ channel: PEOPLE.owner, text: 'Your request was approved' });
    await page.getByRole('tab', { name: 'Messages' }).click();
    await page.getByText('Your request was approved').waitFor();
    expect(chromium.takeErrors()).toEqual([]);
  });
});
