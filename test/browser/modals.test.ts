import type { Locator, Page } from 'playwright-core';
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
import { input, modal } from './support/samples.ts';
import { PEOPLE, startPage } from './support/world.ts';

const button = (action: string, text: string) => ({
  type: 'actions',
  elements: [{ type: 'button', action_id: action, text: { type: 'plain_text', text } }],
});
const name = input('name', 'Connection name', { type: 'plain_text_input' });

describeInBrowser('modals', () => {
  let world: Awaited<ReturnType<typeof startPage>>;
  let chromium: Chromium;
  let page: Page;
  let onSubmit: (body: Body) => unknown = () => undefined;

  beforeAll(async () => {
    world = await startPage();
    chromium = await startChromium();
    world.on(async ({ body, ack }) => {
      if (body.type === 'view_submission') {
        const answer = await onSubmit(body);
        if (answer !== 'late') await ack(answer);
        return;
      }
      await ack?.();
      if (body.command)
        await world.client.views.open({
          trigger_id: body.trigger_id,
          view: modal('First', [name, button('next', 'Next')]) as never,
        });
      if (body.type === 'block_actions') {
        const depth = body.view.previous_view_id ? 'Third' : 'Second';
        await world.client.views.push({
          trigger_id: body.trigger_id,
          view: modal(depth, [
            input('more', 'More', { type: 'plain_text_input' }),
            button('next', 'Next'),
          ]) as never,
        });
      }
    });
  });
  afterEach(async () => {
    await page?.context().close();
    const open = world.slack.ctx.modals.stack(PEOPLE.owner).at(-1);
    if (open) await world.slack.closeModal(PEOPLE.owner, open.view.id, true);
    onSubmit = () => undefined;
  });
  afterAll(async () => {
    await chromium?.close();
    await world?.stop();
  });

  async function open(options = {}): Promise<Locator> {
    page = await chromium.open(world.page('owner'), options);
    await run(page, '/sso');
    const dialog = page.getByRole('dialog', { name: 'First' });
    await dialog.waitFor();
    return dialog;
  }

  it('stacks three, goes back one by one, and keeps what was typed below', async () => {
    const first = await open();
    await first.getByLabel('Connection name').fill('Okta');
    await first.getByRole('button', { name: 'Next' }).click();
    const second = page.getByRole('dialog', { name: 'Second' });
    await second.getByLabel('More').fill('second words');
    await second.getByRole('button', { name: 'Next' }).click();
    const third = page.getByRole('dialog', { name: 'Third' });
    await third.getByText('3 of 3').waitFor();
    await shoot(page, 'modal-stack');
    await third.getByRole('button', { name: 'Back' }).click();
    await second.waitFor();
    expect(await second.getByLabel('More').inputValue()).toBe('second words');
    await page.keyboard.press('Escape');
    await first.waitFor();
    expect(await first.getByLabel('Connection name').inputValue()).toBe('Okta');
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('closes the whole stack by ×', async () => {
    const first = await open();
    await first.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('dialog', { name: 'Second' }).getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // The focus is back where it was.
    await page.locator('[data-composer=channel]').and(page.locator(':focus')).waitFor();
  });

  it('shows what the app says under a field, and the result it puts in its place', async () => {
    onSubmit = () => ({ response_action: 'errors', errors: { name: 'There is already a connection Okta.' } });
    const dialog = await open();
    await dialog.getByLabel('Connection name').fill('Okta');
    await page.keyboard.press('Enter');
    await dialog.getByText('There is already a connection Okta.').waitFor();
    const field = dialog.getByLabel('Connection name');
    const described = await field.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${described}"]`).textContent()).toContain('already');
    onSubmit = () => ({
      response_action: 'update',
      view: {
        ...modal('Done', [{ type: 'section', text: { type: 'mrkdwn', text: 'Created *Okta 2*.' } }]),
        submit: undefined,
      },
    });
    await field.fill('Okta 2');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    const done = page.getByRole('dialog', { name: 'Done' });
    await done.getByText('Created Okta 2.').waitFor();
    expect(await done.getByRole('button', { name: 'Save changes' }).count()).toBe(0);
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('shows that it sends, and says so when the app is too late', async () => {
    onSubmit = () => 'late';
    const dialog = await open();
    await dialog.getByLabel('Connection name').fill('Okta');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await dialog.locator('form[aria-busy=true]').waitFor();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByLabel('Connection name').inputValue()).toBe('Okta');
  });

  it('keeps the focus inside, and a reload keeps the dialog and its words', async () => {
    const dialog = await open();
    await dialog.getByLabel('Connection name').fill('half a na');
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      const outside = page.locator('.workspace :focus');
      expect(await outside.count()).toBe(0);
    }
    await eventually(() => world.slack.ctx.modals.stack(PEOPLE.owner)[0]?.filled.name?.name?.value).toBe(
      'half a na',
    );
    await page.reload();
    expect(await page.getByLabel('Connection name').inputValue()).toBe('half a na');
  });

  it('fits a narrow dark window', async () => {
    const dialog = await open({ viewport: { width: 400, height: 780 }, colorScheme: 'dark' });
    await shoot(page, 'modal-narrow-dark');
    const box = await dialog.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(400);
  });
});
