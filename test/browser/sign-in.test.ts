import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Drawbridge, startDrawbridge } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { CHANNELS, PEOPLE } from '../../src/workspace/seed.ts';
import { freePort } from '../support/free-port.ts';
import {
  type Chromium,
  describeInBrowser,
  eventually,
  run,
  shoot,
  startChromium,
} from './support/chromium.ts';

const DOMAIN = 'shop.harbour.test';
const EMAIL = `nora.adeyemi@${DOMAIN}`;
const PASSWORD = 'seven quiet lanterns float';

describeInBrowser('signing in, on the whole product as it starts with nothing set', () => {
  let bot: Drawbridge;
  let chromium: Chromium;
  let dataDir: string;
  let base: string;
  let admin: Page;
  let approver: Page;
  let nora: Page;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'drawbridge-sign-in-'));
    const port = await freePort();
    base = `http://localhost:${port}`;
    bot = await startDrawbridge({
      config: readConfig({ PORT: String(port), DATA_DIR: dataDir }),
      log: createLog('error'),
    });
    chromium = await startChromium();
    const as = (id: string) => chromium.open(`${base}/workspace?person=${id}#/${CHANNELS.notifications}`);
    [admin, approver] = await Promise.all([as(PEOPLE.admin), as(PEOPLE.approver)]);
    for (const page of [admin, approver]) await page.getByRole('button', { name: 'Leave' }).click();
    nora = await visitor();
  });
  afterAll(async () => {
    await chromium?.close();
    await bot?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** A window of somebody who has never been here, without scripts: the pages need none. */
  const visitor = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await chromium.browser.newContext({
      viewport: { width: 1100, height: 760 },
      javaScriptEnabled: false,
      ...options,
    });
    context.setDefaultTimeout(20_000);
    return context.newPage();
  };
  const title = (page: Page, words: string) => page.getByRole('heading', { level: 1, name: words }).waitFor();
  const toNext = async (page: Page) => {
    await page.goto(`${base}/sign-in`);
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByRole('button', { name: 'Next' }).click();
  };
  const change = async (command: string, reason: string) => {
    const dialog = admin.getByRole('dialog');
    await run(admin, `/sso ${command} ${DOMAIN}`);
    const field = dialog.getByLabel('Reason');
    if (command === 'off') await dialog.getByRole('button', { name: 'Continue' }).click();
    await field.fill(reason);
    if (command === 'off') {
      expect(await dialog.getByLabel(/Write to everyone/).isChecked()).toBe(true);
      await shoot(admin, 'sign-in-turn-off');
    }
    await dialog.getByRole('button', { name: /^Turn/ }).click();
    await dialog.getByText('Asked:').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    const card = approver.locator('.message', { hasText: reason });
    await card.getByRole('button', { name: /^Approve/ }).click();
    await approver.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await approver.locator('.message', { hasText: reason }).getByText('Done').first().waitFor();
    await approver.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
    await bot.worker.idle();
  };

  it('turns SSO on, with an account for everybody who comes', async () => {
    await run(admin, `/sso jit ${DOMAIN}`);
    const dialog = admin.getByRole('dialog');
    await dialog.getByLabel(/Allow just-in-time provisioning/).check();
    await dialog.getByRole('button', { name: 'Save changes' }).click();
    await dialog.getByText(/^Saved/).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).first().click();
    await change('on', 'The shop is ready for it');
  });

  it('signs in by SSO: address, identity provider, account', async () => {
    await nora.goto(`${base}/sign-in`);
    await shoot(nora, 'sign-in-1-email');
    await toNext(nora);
    await title(nora, 'Test identity provider');
    await nora.getByRole('button', { name: EMAIL }).click();
    await title(nora, 'You are signed in');
    await nora.getByText('Nora Adeyemi').waitFor();
    await nora.getByText('By single sign-on through Harbour IdP.').waitFor();
    await shoot(nora, 'sign-in-2-signed-in');
    expect(nora.url()).toBe(`${base}/sign-in`);
    const cookies = await nora.context().cookies();
    const session = cookies.find(({ name }) => name === 'drawbridge_session');
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax' });
    await admin.getByRole('button', { name: 'Around Slack' }).click();
    await admin.getByRole('tab', { name: 'Test IdP' }).click();
    await admin.locator('#panel').getByText(`✓ ${EMAIL}`).waitFor();
    await shoot(admin, 'sign-in-2-panel');
    await admin.getByRole('button', { name: 'Close around slack' }).click();
    await nora.getByRole('button', { name: 'Sign out' }).click();
    await title(nora, 'Sign in');
  });

  it('turns SSO off, and writes to her', async () => {
    await change('off', 'Back to passwords for a while');
    await eventually(async () => JSON.stringify(await mailPanel())).toContain(EMAIL);
    await approver
      .locator('.message', { hasText: 'Back to passwords' })
      .getByText(/36 of 37 have a password again/)
      .waitFor();
    await approver.locator('.message', { hasText: 'Back to passwords' }).scrollIntoViewIfNeeded();
    await shoot(approver, 'sign-in-3-card');
  });

  it('creates a password by FORGOT? and a mail', async () => {
    await toNext(nora);
    await title(nora, 'Sign in');
    await shoot(nora, 'sign-in-4-password');
    await nora.getByRole('button', { name: 'FORGOT?' }).click();
    await title(nora, 'Look into your mail');
    await shoot(nora, 'sign-in-5-forgot');
    await bot.worker.idle();
    await admin.getByRole('button', { name: 'Around Slack' }).click();
    await admin.getByRole('tab', { name: 'Mail' }).click();
    await admin.getByText('Reset Password').first().waitFor();
    await shoot(admin, 'sign-in-6-mail');
    const link = await admin.locator('a[href*="/sign-in/reset?token="]').first().getAttribute('href');
    await nora.goto(link ?? '');
    await title(nora, 'Reset Password');
    await nora.getByLabel('New password').fill(PASSWORD);
    await nora.getByLabel('Confirm password').fill(`${PASSWORD}s`);
    await nora.getByRole('button', { name: 'Reset Password' }).click();
    await nora.getByRole('alert').getByText('not the same').waitFor();
    await shoot(nora, 'sign-in-7-reset');
    await nora.getByLabel('New password').fill(PASSWORD);
    await nora.getByLabel('Confirm password').fill(PASSWORD);
    await nora.getByRole('button', { name: 'Reset Password' }).click();
    await title(nora, 'You are signed in');
    await nora.getByText('By password.').waitFor();
  });

  it('signs in with that password, and says when it is wrong', async () => {
    const phone = await visitor({ viewport: { width: 360, height: 700 }, colorScheme: 'dark' });
    await toNext(phone);
    await phone.getByLabel('Password').fill('not the right words');
    await phone.getByRole('button', { name: 'Sign in' }).click();
    await phone.getByRole('alert').getByText('do not match').waitFor();
    await shoot(phone, 'sign-in-8-wrong-dark-narrow');
    const width = await phone.locator('body').evaluate((body) => body.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    await phone.getByLabel('Password').fill(PASSWORD);
    await phone.getByRole('button', { name: 'Sign in' }).click();
    await title(phone, 'You are signed in');
    await shoot(phone, 'sign-in-9-signed-in-dark-narrow');
    expect(chromium.takeErrors()).toEqual([]);
  });

  async function mailPanel(): Promise<unknown> {
    return (await fetch(`${base}/workspace/ui/panels`)).json();
  }
});
