import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBot, type TestBot } from '../support/bot.ts';
import { PEOPLE } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startBot({ oauth: true });
});
afterAll(() => bot.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, bot.url), { redirect: 'manual', headers });

/** Begins to install. @returns Slack's page to agree on, and the cookie of this browser */
async function begin(): Promise<{ page: URL; cookie: string }> {
  const answer = await get('/slack/install');
  expect(answer.status).toBe(302);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly/i);
  return { page: new URL(answer.headers.get('location') ?? ''), cookie };
}

/** Agrees on Slack's page. @returns where the browser is sent back to */
async function agree(page: URL): Promise<URL> {
  const answer = await fetch(page, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '');
}

const installed = () =>
  bot.db.query<{ id: string; bot_token: string; removed_at: Date | null }>(sql`select * from workspaces`);

describe('installing by OAuth', () => {
  it('before it people of a workspace read that it is not installed', async () => {
    const { ack } = await bot.slack.as(PEOPLE.owner).command('/sso');
    expect(wordsOf(ack as object)).toContain('not installed');
  });

  it('asks for our scopes and comes back to our address', async () => {
    const { page } = await begin();
    expect(page.searchParams.get('scope')?.split(',')).toContain('im:write');
    expect(page.searchParams.get('redirect_uri')).toBe('https://sso.example/slack/oauth_redirect');
    expect(page.searchParams.get('state')?.length).toBeGreaterThan(20);
  });

  it.each([
    ['without the cookie of the browser that began', (back: URL) => ({ back, cookie: '' })],
    [
      'with a state of one’s own',
      (back: URL, cookie: string) => {
        back.searchParams.set('state', 'forged');
        return { back, cookie };
      },
    ],
    [
      'with a code that Slack never gave',
      (back: URL, cookie: string) => {
        back.searchParams.set('code', 'forged');
        return { back, cookie };
      },
    ],
  ])('is refused %s', async (_, tamper) => {
    const { page, cookie } = await begin();
    const tampered = tamper(await agree(page), cookie);
    const answer = await get(tampered.back.pathname + tampered.back.search, { cookie: tampered.cookie });
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).toContain('was not installed');
    expect(text).not.toContain('forged');
    expect(await installed()).toEqual([]);
  });

  it('keeps the token sealed, and the bot answers from then on', async () => {
    const { page, cookie } = await begin();
    const back = await agree(page);
    const answer = await get(back.pathname + back.search, { cookie });
    expect(await answer.text()).toContain('Drawbridge is installed');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const [row] = await installed();
    expect(row?.bot_token).not.toContain('xoxb');
    const { ack } = await bot.slack.as(PEOPLE.owner).command('/sso');
    expect(wordsOf(ack as object)).toContain('Set up your team');
  });

  it('again, after it was removed, works', async () => {
    await bot.slack.uninstall();
    expect((await installed())[0]?.removed_at).not.toBeNull();
    const { page, cookie } = await begin();
    const back = await agree(page);
    await get(back.pathname + back.search, { cookie });
    expect((await installed())[0]?.removed_at).toBeNull();
    const { ack } = await bot.slack.as(PEOPLE.owner).command('/sso');
    expect(wordsOf(ack as object)).toContain('Set up your team');
  });

  it('leaves no secret in the log', () => {
    expect(bot.logged()).not.toMatch(/xoxb-|a-client-secret|a-state-secret/);
  });
});
