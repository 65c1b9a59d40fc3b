import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDrawbridge } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { PEOPLE } from '../../src/workspace/seed.ts';
import { startChromium } from './support/chromium.ts';

/** `npm run screenshot`: the README's picture, of the product as it starts with nothing set. */
const PICTURE = 'src/workspace/screenshot.jpg';
const PORT = 3900;

const dataDir = await mkdtemp(join(tmpdir(), 'drawbridge-picture-'));
const bot = await startDrawbridge({
  config: readConfig({ PORT: String(PORT), DATA_DIR: dataDir }),
  log: createLog('error'),
});
const chromium = await startChromium();
try {
  const { workspace } = bot.local ?? {};
  if (!workspace) throw new Error('the picture is of the local workspace: set no Slack variable');
  const url = `http://localhost:${PORT}/workspace`;
  const admin = await chromium.open(`${url}?person=${PEOPLE.admin}`);
  await admin.getByText('sso-changes').first().click();
  const composer = admin.locator('textarea').last();
  await composer.fill('/sso off harbour.test');
  await admin.keyboard.press('Escape');
  await admin.keyboard.press('Enter');
  const dialog = admin.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByLabel('Reason').fill('We move to another identity provider this week.');
  await dialog.getByRole('button', { name: 'Turn off SSO' }).click();
  await dialog.getByText('Asked:').waitFor();
  await bot.worker.idle();
  const approver = await chromium.open(`${url}?person=${PEOPLE.approver}`);
  await approver.setViewportSize({ width: 1120, height: 720 });
  await approver.getByText('sso-changes').first().click();
  await approver.getByRole('button', { name: /^Approve/ }).waitFor();
  await approver.getByRole('button', { name: 'Leave' }).click();
  await approver.evaluate('document.fonts.ready');
  await approver.screenshot({ path: PICTURE, type: 'jpeg', quality: 72 });
  console.log(`Wrote ${PICTURE}`);
} finally {
  await chromium.close();
  await bot.stop();
  await rm(dataDir, { recursive: true, force: true });
}
