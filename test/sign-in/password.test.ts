import * as argon2 from '@node-rs/argon2';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { type HttpBrowser, httpBrowser } from '../support/http-browser.ts';
import { seedDomain } from '../support/seed.ts';
import { moveDomain, seedConnectionTo, seedUser } from '../support/sign-in.ts';

// The library itself, watched.
vi.mock('@node-rs/argon2', async (load) => {
  const library = await load<typeof argon2>();
  return { ...library, verify: vi.fn(library.verify) };
});

const PASSWORD = 'seven quiet lanterns float';
const OTHER = 'eleven loud kettles sing';

describe('sign-in by password', () => {
  let on: WholeBot;
  let teamId: string;
  let browser: HttpBrowser;

  beforeAll(async () => {
    on = await startWholeBot();
    await setUpTeam(on);
    teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
    const connectionId = await seedConnectionTo(on.db, teamId, on.idp, 'Acme IdP');
    await seedDomain(on.db, teamId, 'acme.test', 'SSO off', connectionId);
    await seedUser(on.db, 'anna@acme.test', { teamId, password: PASSWORD });
    await seedUser(on.db, 'bare@acme.test', { teamId });
  });
  afterAll(() => on.stop());

  const fresh = () => {
    browser = httpBrowser(on.url);
    return browser;
  };
  const toPassword = async (email: string) =>
    fresh().submit(await browser.get('/sign-in'), '/sign-in', { email });
  const withPassword = async (email: string, password: string) => {
    const page = await toPassword(email);
    return browser.submit(page, '/sign-in/password', { password });
  };
  const forgot = async (email: string) => {
    const page = await toPassword(email);
    return browser.submit(page, '/sign-in/forgot');
  };
  const links = (email: string) =>
    on.smtp.to(email).map((text) => /Reset Password: (http\S+)/.exec(text)?.[1] ?? '');
  const linkFor = async (email: string) => {
    const before = links(email).length;
    expect((await forgot(email)).title).toBe('Look into your mail');
    await on.idle();
    expect(links(email)).toHaveLength(before + 1);
    return links(email).at(-1) ?? '';
  };
  const later = (minutes: number) => on.clock.advance(minutes * 60_000);

  it('signs in with the right password', async () => {
    const page = await withPassword(' Anna@ACME.test ', PASSWORD);
    expect(page.title).toBe('You are signed in');
    expect(page.html).toContain('By password.');
    expect(page.html).toContain('Acme');
  });

  it('answers a wrong password, no password and no such person in the same words', async () => {
    const anna = await withPassword('anna@acme.test', OTHER);
    const pages = [
      anna,
      await withPassword('bare@acme.test', OTHER),
      await withPassword('nobody@acme.test', OTHER),
      await withPassword('nobody@elsewhere.test', OTHER),
    ];
    const same = pages.map(({ status, html }) => ({
      status,
      html: html
        .replaceAll(/[\w-]+&#64;[\w.]+|[a-z]+@[a-z.]+/g, '…')
        .replaceAll(/name="form" value="[^"]+"/g, ''),
    }));
    expect(same[0]?.status).toBe(403);
    for (const one of same) expect(one).toEqual(same[0]);
    expect(on.log.join('\n')).not.toContain(OTHER);
  });

  it('does the same work for nobody as for somebody: one verification of the same cost', async () => {
    later(16);
    const verify = vi.mocked(argon2.verify);
    const work = async (email: string) => {
      const page = await toPassword(email);
      verify.mockClear();
      expect((await browser.submit(page, '/sign-in/password', { password: OTHER })).status).toBe(403);
      return verify.mock.calls.map(([hash, typed]) => [String(hash).split('$').slice(0, 4), typed]);
    };
    const known = await work('anna@acme.test');
    expect(known).toEqual([[['', 'argon2id', 'v=19', 'm=19456,t=2,p=1'], OTHER]]);
    for (const email of ['bare@acme.test', 'nobody@acme.test', 'nobody@elsewhere.test'])
      expect(await work(email)).toEqual(known);
  });

  it('stops guessing after ten tries, and begins anew later or after a right one', async () => {
    later(16);
    const page = await toPassword('anna@acme.test');
    const guess = (password: string) => browser.submit(page, '/sign-in/password', { password });
    for (let n = 0; n < 9; n++) expect((await guess(OTHER)).status).toBe(403);
    expect((await guess(PASSWORD)).title).toBe('You are signed in');
    for (let n = 0; n < 10; n++) expect((await guess(OTHER)).status).toBe(403);
    const stopped = await guess(PASSWORD);
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
    const stranger = await toPassword('nobody@acme.test');
    for (let n = 0; n < 10; n++) await browser.submit(stranger, '/sign-in/password', { password: OTHER });
    expect((await browser.submit(stranger, '/sign-in/password', { password: OTHER })).status).toBe(429);
    later(16);
    expect((await withPassword('anna@acme.test', PASSWORD)).title).toBe('You are signed in');
  });

  it('takes the client from the socket, not from what it says of itself', async () => {
    later(16);
    const page = await toPassword('anna@acme.test');
    for (let n = 0; n < 10; n++) {
      await browser.submit(
        page,
        '/sign-in/password',
        { password: OTHER },
        { 'x-forwarded-for': `10.0.0.${n}` },
      );
    }
    expect(
      (
        await browser.submit(
          page,
          '/sign-in/password',
          { password: OTHER },
          { 'x-forwarded-for': '10.9.9.9' },
        )
      ).status,
    ).toBe(429);
    later(16);
  });

  it('mails a link that a scanner may open, and that works once', async () => {
    const link = await linkFor('bare@acme.test');
    for (let n = 0; n < 3; n++) expect((await httpBrowser(on.url).get(link)).title).toBe('Reset Password');
    const page = await fresh().get(link);
    expect(page.html).toContain('bare@acme.test');
    const send = (password: string, confirm = password) =>
      browser.submit(page, '/sign-in/reset', { password, confirm });
    expect((await send(PASSWORD, OTHER)).html).toContain('not the same');
    expect((await send('short')).html).toContain('12');
    expect((await send('password1234')).html).toContain('first that are guessed');
    const done = await send(OTHER);
    expect(done.title).toBe('You are signed in');
    expect((await send(PASSWORD)).html).toContain('was used before');
    expect((await fresh().get(link)).status).toBe(403);
    expect((await withPassword('bare@acme.test', OTHER)).title).toBe('You are signed in');
  });

  it('lets a link live an hour', async () => {
    const link = await linkFor('anna@acme.test');
    const page = await fresh().get(link);
    later(61);
    expect(
      (await browser.submit(page, '/sign-in/reset', { password: OTHER, confirm: OTHER })).html,
    ).toContain('expired');
    expect((await browser.get(link)).status).toBe(403);
    expect((await withPassword('anna@acme.test', PASSWORD)).title).toBe('You are signed in');
  });

  it('signs out everybody else and takes back other links when the password changes', async () => {
    await withPassword('anna@acme.test', PASSWORD);
    const elsewhere = browser;
    const [first, second] = [await linkFor('anna@acme.test'), await linkFor('anna@acme.test')];
    const page = await fresh().get(second);
    expect((await browser.submit(page, '/sign-in/reset', { password: OTHER, confirm: OTHER })).title).toBe(
      'You are signed in',
    );
    expect((await elsewhere.get('/sign-in')).title).toBe('Sign in');
    expect((await browser.get(first)).status).toBe(403);
    expect((await browser.get('/sign-in')).title).toBe('You are signed in');
  });

  it('says the same of a mail to somebody and to nobody, and sends none to nobody', async () => {
    later(61);
    const [known, unknown] = [await forgot('anna@acme.test'), await forgot('nobody@acme.test')];
    await on.idle();
    expect(unknown.status).toBe(known.status);
    expect(unknown.html.replaceAll('nobody', 'anna')).toBe(known.html);
    expect(on.smtp.to('nobody@acme.test')).toEqual([]);
    const waiting = await on.db.query(sql`select 1 from outbox where kind = 'mail' and sent_at is null`);
    expect(waiting).toEqual([]);
  });

  it('lets the time of the answer not tell whether a link was written to disk', async () => {
    later(61);
    for (const email of ['anna@acme.test', 'nobody@acme.test']) {
      const page = await toPassword(email);
      const began = performance.now();
      await browser.submit(page, '/sign-in/forgot');
      expect(performance.now() - began).toBeGreaterThan(145);
    }
    await on.idle();
  });

  it('sends five links an hour to an address, whoever asks', async () => {
    later(61);
    for (let n = 0; n < 5; n++) expect((await forgot('anna@acme.test')).status).toBe(200);
    expect((await forgot('anna@acme.test')).status).toBe(429);
    for (let n = 0; n < 5; n++) expect((await forgot('ghost@acme.test')).status).toBe(200);
    expect((await forgot('ghost@acme.test')).status).toBe(429);
    later(61);
    expect((await forgot('anna@acme.test')).status).toBe(200);
    await on.idle();
  });

  it('keeps a link’s secret out of the database and the log', async () => {
    later(61);
    const token = new URL(await linkFor('anna@acme.test')).searchParams.get('token') ?? '';
    expect(token).toMatch(/^[\w-]{43}$/);
    const rows = await on.db.query(
      sql`select payload::text from outbox union all select token_hash from password_resets`,
    );
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(on.log.join('\n')).not.toContain(token);
  });

  it('counts no password where SSO is on, and gives it back when SSO is off again', async () => {
    later(61);
    const link = await linkFor('bare@acme.test');
    const reset = await fresh().get(link);
    const mine = browser;
    await withPassword('bare@acme.test', OTHER);
    expect((await browser.get('/sign-in')).title).toBe('You are signed in');
    const page = await httpBrowser(on.url).get('/sign-in');
    await moveDomain(on.db, 'acme.test', 'SSO on');
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
    expect((await toPassword('bare@acme.test')).title).toBe('Single sign-on');
    expect(page.title).toBe('Sign in');
    const form = await browser.get('/sign-in');
    const typed = { email: 'bare@acme.test', password: OTHER };
    const token = /name="form" value="([^"]+)"/.exec(form.html)?.[1] ?? '';
    expect((await browser.post('/sign-in/password', { ...typed, form: token })).title).toBe('Single sign-on');
    expect((await browser.post('/sign-in/forgot', { ...typed, form: token })).title).toBe('Single sign-on');
    const late = await mine.submit(reset, '/sign-in/reset', { password: PASSWORD, confirm: PASSWORD });
    expect(late.html).toContain('Single sign-on is on for you');
    await moveDomain(on.db, 'acme.test', 'SSO off');
    expect((await withPassword('bare@acme.test', OTHER)).title).toBe('You are signed in');
  });

  it('forgets what has served its time', async () => {
    later(3 * 24 * 60);
    await on.bot.worker.runDue();
    for (const table of ['sessions', 'password_resets', 'rate_limits']) {
      const [row] = await on.db.query<{ n: number }>(sql`select count(*) as n from ${sql.raw(table)}`);
      expect(row?.n, table).toBe(0);
    }
  });

  it('counts wrong passwords against a client, and right ones not', async () => {
    const counted = async () =>
      (
        await on.db.query<{ times: number }>(
          sql`select times from rate_limits where key like 'password:client:%'`,
        )
      )[0]?.times ?? 0;
    await withPassword('anna@acme.test', PASSWORD);
    await withPassword('anna@acme.test', 'not this one at all');
    const before = await counted();
    for (let n = 0; n < 3; n++)
      expect((await withPassword('bare@acme.test', OTHER)).title).toBe('You are signed in');
    expect(await counted()).toBe(before);
    await withPassword('anna@acme.test', 'not this one at all');
    expect(await counted()).toBe(before + 1);
  });

  it('asks for an address again that is none, and shows what was typed as words', async () => {
    const page = await fresh().submit(await browser.get('/sign-in'), '/sign-in', {
      email: '"><script>x</script>',
    });
    expect(page.status).toBe(400);
    expect(page.html).not.toContain('<script>');
    expect(page.html).toContain('role="alert"');
  });

  it('has strict headers on every page, and nothing that runs or loads from elsewhere', async () => {
    for (const path of ['/sign-in', '/sign-in/reset?token=x', '/api/sign-in-method?email=a@b.test']) {
      const { headers, html } = await fresh().get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(html).not.toMatch(/<script|\son\w+=|style="/);
    }
  });
});

describe('without a mail server', () => {
  let on: WholeBot;
  beforeAll(async () => {
    on = await startWholeBot('pglite', { mail: false });
  });
  afterAll(() => on.stop());

  it('says that a new password needs mail, and whom to ask', async () => {
    const browser = httpBrowser(on.url);
    const page = await browser.submit(await browser.get('/sign-in'), '/sign-in', { email: 'a@acme.test' });
    const answer = await browser.submit(page, '/sign-in/forgot');
    expect(answer.status).toBe(503);
    expect(answer.html).toContain('mail is not set up here');
    expect(answer.html).toContain('help@drawbridge.test');
  });
});
