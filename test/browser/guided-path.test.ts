import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Drawbridge, startDrawbridge } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { freePort } from '../support/free-port.ts';
import {
  type Chromium,
  describeInBrowser,
  eventually,
  run,
  shoot,
  startChromium,
} from './support/chromium.ts';

describeInBrowser('the guided path, on the whole product as it starts with nothing set', () => {
  let bot: Drawbridge;
  let chromium: Chromium;
  let dataDir: string;
  let url: string;
  let page: Page;
  let dialog: Locator;
  let guide: Locator;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'drawbridge-page-'));
    const port = await freePort();
    url = `http://localhost:${port}/workspace`;
    bot = await startDrawbridge({
      config: readConfig({ PORT: String(port), DATA_DIR: dataDir }),
      log: createLog('error'),
    });
    chromium = await startChromium();
    page = await chromium.open(url);
    dialog = page.getByRole('dialog');
    guide = page.getByRole('region', { name: 'Guided path' });
  });
  afterAll(async () => {
    await chromium?.close();
    await bot?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const step = (title: string, timeout = 20_000) =>
    guide.getByRole('heading', { name: title }).waitFor({ timeout });
  const press = () => guide.locator('.primary').click();
  const done = async () => {
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await dialog.waitFor({ state: 'detached' });
  };

  it('asks to turn SSO off', async () => {
    await step('1. Ask to turn SSO off');
    await page.getByText('This workspace and all that is in it lives on this machine only').waitFor();
    await page.getByText('Slackbot', { exact: true }).waitFor();
    await press();
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByLabel('Reason').fill('Moving to <!channel> *another* provider');
    // The second page of the dialog begins at its field.
    await dialog.getByLabel('Reason').and(page.locator(':focus')).waitFor();
    await dialog.getByRole('button', { name: 'Turn off SSO' }).click();
    await dialog.getByText('Asked:').waitFor();
    await done();
    await step('2. Approve it as somebody else');
    await shoot(page, 'path-1-asked');
  });

  it('approves it as somebody else, with people’s words inert', async () => {
    await press();
    const card = page.locator('.message', { hasText: 'Moving to' });
    expect(await card.textContent()).toContain('<!channel> *another* provider');
    expect(await card.locator('.leak').count()).toBe(0);
    await card.getByRole('button', { name: /^Approve/ }).click();
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await step('3. Prove a domain');
    await done();
    await eventually(() => card.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
    await shoot(page, 'path-2-approved');
  });

  it('proves a domain through the DNS panel', async () => {
    await press();
    await page.getByRole('button', { name: 'Publish TXT record' }).click();
    await page.getByText('✓ Published').waitFor();
    await guide.getByText('The record is there').waitFor();
    await press();
    await step('4. Watch a slow deletion');
    await shoot(page, 'path-3-proven');
  });

  it('deletes a domain, and goes on when it is gone', async () => {
    await press();
    await dialog.getByLabel('Reason').fill('The brand is gone');
    await dialog.getByLabel('Type the domain to confirm').fill('archive.test');
    await dialog.getByRole('button', { name: 'Delete domain' }).click();
    await dialog.getByText('Asked:').waitFor();
    await done();
    await guide.getByText('Deleting needs a yes too').waitFor();
    await press();
    const card = page.locator('.message', { hasText: 'The brand is gone' });
    await card.getByRole('button', { name: /^Approve/ }).click();
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog
      .getByText(/approved/i)
      .first()
      .waitFor();
    await done();
    // Ten seconds to cancel it, then batch after batch.
    await step('5. Go a week forward', 90_000);
    await page.getByRole('heading', { name: 'archive.test was deleted' }).waitFor();
    await shoot(page, 'path-4-deleted');
  }, 120_000);

  it('goes a week forward, and is over; a reload keeps that', async () => {
    await press();
    await page.getByRole('button', { name: 'Forward 1 week' }).click();
    await guide.getByText('You have seen the path').waitFor({ timeout: 15_000 });
    await page.reload();
    await guide.getByRole('button', { name: /Walk it again/ }).click();
    // Nothing is on any more: the path goes the other way.
    await step('1. Ask to turn SSO on');
    await guide.getByRole('button', { name: 'Skip' }).click();
    await step('2. Approve it as somebody else');
    await guide.getByRole('button', { name: 'Leave' }).click();
    await guide.getByRole('button', { name: /step 2 of 5/ }).waitFor();
    await page.reload();
    await guide.getByRole('button', { name: /step 2 of 5/ }).click();
    await step('2. Approve it as somebody else');
    await guide.getByRole('button', { name: 'Skip' }).click();
    // Everything is proven: one more is added first.
    await guide.getByRole('button', { name: 'Run /sso add' }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('another.test was added').waitFor();
    await done();
    await guide.getByText('another.test waits for').waitFor();
    await guide.getByRole('button', { name: 'Leave' }).click();
    expect(chromium.takeErrors()).toEqual([]);
  });

  it('begins anew in a workspace that began anew', async () => {
    const kept = { at: 4, left: true, progress: {}, began: '1' };
    await page.evaluate(`localStorage.setItem('workspace-guide', '${JSON.stringify(kept)}')`);
    await page.reload();
    await step('1. Ask to turn SSO on');
    await guide.getByRole('button', { name: 'Leave' }).click();
  });

  it('shows Home, status and every modal without a fault, light and dark, wide and narrow', async () => {
    await page
      .getByRole('link', { name: /Drawbridge/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Home' }).click();
    await page.locator('.home-blocks').waitFor();
    await shoot(page, 'path-home');
    const narrow = await chromium.open(`${url}?person=U0OWNER001`, {
      viewport: { width: 400, height: 800 },
      colorScheme: 'dark',
    });
    await narrow.getByRole('button', { name: 'Leave' }).click();
    const modal = narrow.getByRole('dialog');
    for (const command of [
      'setup',
      'add',
      'connect',
      'link',
      'on shop.harbour.test',
      'import newbrand.test',
      'invite',
    ]) {
      await run(narrow, `/sso ${command}`);
      await modal.waitFor();
      expect(await modal.locator('.unknown').count()).toBe(0);
      await shoot(narrow, `modal-${command.split(' ')[0]}`);
      await modal.getByRole('button', { name: 'Close' }).first().click();
      await modal.waitFor({ state: 'detached' });
    }
    await run(narrow, '/sso status harbour.test');
    await narrow.locator('.message.ephemeral').last().waitFor();
    await shoot(narrow, 'path-status');
    expect(chromium.takeErrors()).toEqual([]);
  });
});
