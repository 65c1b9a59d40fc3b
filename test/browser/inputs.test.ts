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
import { INPUTS, input, modal } from './support/samples.ts';
import { CHANNELS, PEOPLE, startPage } from './support/world.ts';

describeInBrowser('inputs of a modal', () => {
  let world: Awaited<ReturnType<typeof startPage>>;
  let chromium: Chromium;
  let page: Page;
  let submitted: Body[] = [];
  let view = modal('All inputs', INPUTS);

  beforeAll(async () => {
    world = await startPage();
    chromium = await startChromium();
    world.on(async ({ body, ack }) => {
      if (body.type === 'view_submission') submitted.push(body.view.state.values);
      if (body.type === 'block_suggestion') {
        const all = ['harbour.example', 'harvest.example', 'labs.example'];
        const options = all
          .filter((name) => name.includes(body.value))
          .map((name) => ({ text: { type: 'plain_text', text: name }, value: name }));
        await ack({ options });
        return;
      }
      await ack();
      if (body.command) await world.client.views.open({ trigger_id: body.trigger_id, view: view as never });
    });
  });
  afterEach(async () => {
    await page?.context().close();
    const open = world.slack.ctx.modals.stack(PEOPLE.owner).at(-1);
    if (open) await world.slack.closeModal(PEOPLE.owner, open.view.id, true);
    submitted = [];
  });
  afterAll(async () => {
    await chromium?.close();
    await world?.stop();
  });

  async function openModal(given = modal('All inputs', INPUTS)): Promise<Locator> {
    view = given;
    page = await chromium.open(world.page('owner'));
    await run(page, '/sso');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    return dialog;
  }

  it('fills in every kind, and sends what was chosen', async () => {
    const dialog = await openModal();
    await dialog.getByLabel('Reason').fill('Moving away');
    await dialog.getByLabel('Notes').fill('one\ntwo');
    await dialog.getByLabel('E-mail').fill('bea@harbour.example');
    await dialog.getByLabel('Metadata URL').fill('https://idp.example/metadata');
    await dialog.getByLabel('Approvals needed').fill('2');
    await choose(page, dialog, 'Colour', 'Green');
    await choose(page, dialog, 'Grouped', 'Orange');
    await choose(page, dialog, 'Grouped', 'Blue');
    await dialog.getByRole('combobox', { name: 'Domain', exact: true }).fill('har');
    await page.getByRole('option', { name: 'harvest.example' }).click();
    await dialog.getByRole('combobox', { name: 'Domains' }).fill('l');
    await page.getByRole('option', { name: 'labs.example' }).click();
    await choose(page, dialog, 'Admin', 'Adam Mbeki');
    await choose(page, dialog, 'Approvers', 'Aiko Tanaka');
    await choose(page, dialog, 'Approvers', 'Bea Novák');
    await choose(page, dialog, 'Notifications channel', '#sso-changes');
    await choose(page, dialog, 'Channels', '#general');
    await dialog.getByLabel('Day').fill('2026-03-01');
    await dialog.getByLabel('Time', { exact: true }).fill('13:45');
    await dialog.getByLabel('Moment').fill('2026-03-01T13:45');
    await dialog.getByRole('radio', { name: 'Okta' }).check();
    await dialog.getByRole('checkbox', { name: 'Write' }).check();
    const comment = dialog.getByRole('textbox', { name: 'Comment' });
    await comment.click();
    await dialog.getByRole('button', { name: 'Bold' }).click();
    await page.keyboard.type('strong words');
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'idp.xml',
      mimeType: 'text/xml',
      buffer: Buffer.from('<EntityDescriptor/>'),
    });
    await dialog.getByText('idp.xml').waitFor();
    await shoot(page, 'inputs-filled');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await dialog.waitFor({ state: 'detached' });

    const values = submitted[0];
    const value = (id: string) => values[id][id];
    expect(value('text').value).toBe('Moving away');
    expect(value('long').value).toBe('one\ntwo');
    expect(value('email').value).toBe('bea@harbour.example');
    expect(value('url').value).toBe('https://idp.example/metadata');
    expect(value('number').value).toBe('2');
    expect(value('static').selected_option.value).toBe('green');
    expect(value('groups').selected_options.map((one: Body) => one.value)).toEqual(['orange', 'blue']);
    expect(value('external').selected_option.value).toBe('harvest.example');
    expect(value('externals').selected_options[0].text.text).toBe('labs.example');
    expect(value('user').selected_user).toBe(PEOPLE.admin);
    expect(value('users').selected_users).toEqual([PEOPLE.approver, PEOPLE.bystander]);
    expect(value('conversation').selected_conversation).toBe(CHANNELS.notifications);
    expect(value('channels').selected_channels).toEqual([CHANNELS.general]);
    expect(value('date').selected_date).toBe('2026-03-01');
    expect(value('time').selected_time).toBe('13:45');
    // The owner reads Stockholm's clock, an hour ahead of UTC in March.
    expect(value('moment').selected_date_time).toBe(Date.UTC(2026, 2, 1, 12, 45) / 1000);
    expect(value('radio').selected_option.value).toBe('okta');
    expect(value('boxes').selected_options.map((one: Body) => one.value)).toEqual(['w']);
    expect(value('rich').rich_text_value.elements[0].elements[0]).toEqual({
      type: 'text',
      text: 'strong words',
      style: { bold: true },
    });
    expect(value('file').files[0].name).toBe('idp.xml');
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('says under each field what is wrong, and forgets it when the field changes', async () => {
    const dialog = await openModal();
    await dialog.getByLabel('Reason').fill('no');
    await dialog.getByLabel('E-mail').fill('not an address');
    await dialog.getByLabel('Metadata URL').fill('nowhere');
    await dialog.getByLabel('Approvals needed').fill('9');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    const wrong = dialog.locator('.block-input:has(.error:visible)');
    await eventually(() => wrong.count()).toBeGreaterThanOrEqual(INPUTS.length - 1);
    for (const label of ['Reason', 'E-mail', 'Metadata URL', 'Approvals needed']) {
      expect(await dialog.getByLabel(label).getAttribute('aria-invalid')).toBe('true');
    }
    expect(submitted).toEqual([]);
    // The first of them has the focus.
    expect(await dialog.getByLabel('Reason').and(page.locator(':focus')).count()).toBe(1);
    await shoot(page, 'inputs-errors');
    await dialog.getByLabel('Reason').fill('long enough');
    await eventually(() => dialog.locator('[data-block=text] .error:visible').count()).toBe(0);
    expect(await dialog.getByLabel('Reason').getAttribute('aria-invalid')).toBeNull();
    expect(await dialog.getByLabel('E-mail').inputValue()).toBe('not an address');
  });

  it('offers no channel that is shared outside where the app excludes those', async () => {
    const dialog = await openModal();
    await dialog.getByRole('combobox', { name: 'Notifications channel' }).click();
    const names = await page.getByRole('option').allTextContents();
    expect(names.join()).toContain('#sso-changes');
    expect(names.join()).not.toContain('#partner');
    expect(names.join()).not.toContain('#old-news');
  });

  it('takes a dropped file, and refuses one of the wrong type under the field', async () => {
    const dialog = await openModal(modal('One file', [INPUTS.at(-1)]));
    const drop = async (name: string) => {
      const data = await page.evaluateHandle(`(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['x'], ${JSON.stringify(name)}, { type: 'text/plain' }));
        return transfer;
      })()`);
      await dialog.locator('.drop').dispatchEvent('drop', { dataTransfer: data });
    };
    await drop('virus.exe');
    await dialog.getByText('Files of this kind are not taken here, only: xml, txt.').waitFor();
    await drop('idp.txt');
    await dialog.getByText('idp.txt').waitFor();
    await dialog.getByRole('button', { name: 'Remove idp.txt' }).click();
    expect(await dialog.getByText('idp.txt').count()).toBe(0);
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('has the conversation in view chosen where the app wants that and may have it', async () => {
    const wanted = { type: 'conversations_select', default_to_current_conversation: true };
    const dialog = await openModal(
      modal('Channels', [
        input('any', 'Any', { ...wanted, filter: { include: ['public'] } }),
        input('several', 'Several', { ...wanted, type: 'multi_conversations_select' }),
        input('none', 'None', { ...wanted, filter: { include: ['private'] } }, { optional: true }),
      ]),
    );
    expect(await dialog.getByRole('combobox', { name: 'Any' }).inputValue()).toBe('#sso-changes');
    expect(await dialog.getByRole('combobox', { name: 'None' }).inputValue()).toBe('');
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await dialog.waitFor({ state: 'detached' });
    const [values] = submitted;
    expect(values.any.any.selected_conversation).toBe(CHANNELS.notifications);
    expect(values.several.several.selected_conversations).toEqual([CHANNELS.notifications]);
    expect(values.none.none.selected_conversation).toBeNull();
  });

  it('chooses by keys alone', async () => {
    const dialog = await openModal(modal('By keys', INPUTS.slice(5, 7)));
    await dialog.getByRole('combobox', { name: 'Colour' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await dialog.getByRole('combobox', { name: 'Colour' }).inputValue()).toBe('Green');
    await page.keyboard.press('Tab');
    await page.keyboard.type('blu');
    await page.getByRole('option', { name: 'Blue' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Remove Blue' }).waitFor();
    // Escape closes the list first, the dialog only then.
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('keeps what was typed when the app changes the modal', async () => {
    const dialog = await openModal(
      modal('Step one', [input('name', 'Connection name', { type: 'plain_text_input' })]),
    );
    await dialog.getByLabel('Connection name').fill('Okta');
    const open = world.slack.ctx.modals.stack(PEOPLE.owner)[0];
    await world.client.views.update({
      view_id: open?.view.id ?? '',
      view: modal('Step two', [
        input('name', 'Connection name', { type: 'plain_text_input' }),
        input('url', 'Metadata URL', { type: 'url_text_input' }),
      ]) as never,
    });
    await dialog.getByRole('heading', { name: 'Step two' }).waitFor();
    expect(await dialog.getByLabel('Connection name').inputValue()).toBe('Okta');
  });
});

async function choose(page: Page, dialog: Locator, label: string, option: string): Promise<void> {
  await dialog.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option }).first().click();
}
