import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe, expect } from 'vitest';

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const SHOTS = fileURLToPath(new URL('../shots/', import.meta.url));

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long anything is waited for, on a machine that may be busy with other things; what hangs still ends. */
const PATIENCE_MS = 20_000;

/**
 * Waits for something that comes by itself.
 * @param look gives what there is now
 * @returns what is expected of it in the end
 */
export function eventually<T>(look: () => T) {
  return expect.poll(look, { timeout: PATIENCE_MS });
}

/**
 * A group of tests in a real browser. Where there is none they are skipped by name, except in CI, where that
 * would hide that nothing was tested.
 * @param name of the group
 * @param body its tests
 */
export function describeInBrowser(name: string, body: () => void): void {
  if (existsSync(PATH) || process.env.CI === 'true') describe(name, body);
  else describe.skip(`${name} (skipped: no ${PATH}; apt install chromium, or set CHROMIUM_PATH)`, body);
}

/** A browser, and the pages that were opened in it with what went wrong in them. */
export interface Chromium {
  browser: Browser;
  /** Opens a page in a window of its own. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** @returns console errors, page errors and failed requests since the last call */
  takeErrors(): string[];
  close(): Promise<void>;
}

/** Starts the browser. */
export async function startChromium(): Promise<Chromium> {
  const browser = await chromium.launch({ executablePath: PATH, args: ARGUMENTS });
  const errors: string[] = [];
  return {
    browser,
    async open(url, options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 820 },
        locale: 'en-GB',
        colorScheme: 'light',
        ...options,
      });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning')
          errors.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => errors.push(`thrown: ${error.stack ?? error.message}`));
      await page.goto(url);
      await page.locator('.workspace').waitFor();
      return page;
    },
    takeErrors: () => errors.splice(0),
    close: () => browser.close(),
  };
}

/** Keeps a picture to look at; the folder is not under version control. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png` });
}

/** Types a command or a message into the channel that is open, and sends it. */
export async function run(page: Page, text: string): Promise<void> {
  const field = page.locator('[data-composer=channel]');
  await field.fill(text);
  await field.press('Escape');
  await field.press('Enter');
}
