import { request } from 'node:http';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { httpBrowser } from '../support/http-browser.ts';
import { seedDomain } from '../support/seed.ts';
import { idpUser, moveDomain, seedConnectionTo, seedUser } from '../support/sign-in.ts';

/** Two processes on one database server. */
describe('sign-ins at the same moment', () => {
  let on: WholeBot;
  let second: string;
  let login: string;

  beforeAll(async () => {
    on = await startWholeBot('postgres');
    await setUpTeam(on);
    const teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
    const connectionId = await seedConnectionTo(on.db, teamId, on.idp, 'Acme IdP');
    login = `${on.url}/saml/${connectionId}/login`;
    await seedDomain(on.db, teamId, 'acme.test', 'SSO on', connectionId);
    await seedDomain(on.db, teamId, 'open.test', 'Verified');
    await on.db.query(sql`update domains set jit = true, version = version + 1 where name = 'acme.test'`);
    second = (await on.another()).url;
  });
  afterAll(() => on.stop());

  const count = async (table: 'users' | 'sessions' | 'identities' | 'memberships' | 'doubtful_sign_ins') =>
    (await on.db.query<{ n: number }>(sql`select count(*) as n from ${sql.raw(table)}`))[0]?.n ?? 0;

  /** Posts something to the two processes in turn, so many times at once. @returns how it was answered */
  const atOnce = async (times: number, path: string, cookie: string, fields: Record<string, string>) => {
    const answers = await Promise.all(
      Array.from({ length: times }, (_, n) =>
        fetch(new URL(path, n % 2 === 0 ? on.url : second), {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie },
          body: new URLSearchParams(fields),
        }),
      ),
    );
    return answers.map(({ status }) => status).sort();
  };
  const cookieOf = (browser: ReturnType<typeof httpBrowser>) =>
    [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

  it('counts one of twenty replays over two processes, five times over', async () => {
    for (let round = 0; round < 5; round++) {
      const before = await count('sessions');
      const browser = httpBrowser(on.url);
      const { acsUrl, fields } = await browser.begin(login, on.idp, {
        user: idpUser(`one${round}@acme.test`),
      });
      const statuses = await atOnce(20, new URL(acsUrl).pathname, cookieOf(browser), fields);
      expect(statuses).toEqual([303, ...Array.from({ length: 19 }, () => 403)]);
      expect((await count('sessions')) - before).toBe(1);
    }
  });

  it('makes one account of twenty first sign-ins of one person', async () => {
    const before = await count('users');
    const tabs = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const browser = httpBrowser(on.url);
        return { browser, ...(await browser.begin(login, on.idp, { user: idpUser('same@acme.test') })) };
      }),
    );
    const pages = await Promise.all(
      tabs.map(({ browser, acsUrl, fields }, n) =>
        browser.post(acsUrl.replace(on.url, n % 2 === 0 ? on.url : second), fields),
      ),
    );
    expect(new Set(pages.map(({ title }) => title))).toEqual(new Set(['You are signed in']));
    expect((await count('users')) - before).toBe(1);
    const [row] = await on.db.query<{ n: number }>(
      sql`select count(*) as n from identities where subject = 'guid-same'`,
    );
    expect(row?.n).toBe(1);
  });

  it('gives an address to one of ten subjects that claim it at once, and lists the others', async () => {
    const before = await count('users');
    const tabs = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const browser = httpBrowser(on.url);
        const user = idpUser('wanted@acme.test', { objectGUID: `claim-${n}` });
        return { browser, ...(await browser.begin(login, on.idp, { user })) };
      }),
    );
    const pages = await Promise.all(tabs.map(({ browser, acsUrl, fields }) => browser.post(acsUrl, fields)));
    expect(pages.filter(({ title }) => title === 'You are signed in')).toHaveLength(1);
    expect((await count('users')) - before).toBe(1);
    expect(await count('doubtful_sign_ins')).toBe(9);
  });

  it('begins no session in an account that is handed on at this very moment', async () => {
    const user = idpUser('handed@acme.test');
    expect((await httpBrowser(on.url).sso(login, on.idp, { user })).title).toBe('You are signed in');
    const before = await count('sessions');
    let answer: Promise<{ title: string; status: number }> | undefined;
    await on.db.transaction(async (tx) => {
      await tx.query(sql`update identities set subject = 'guid-of-the-next' where subject = 'guid-handed'`);
      const browser = httpBrowser(second);
      const { acsUrl, fields } = await browser.begin(login, on.idp, { user });
      answer = browser.post(acsUrl.replace(on.url, second), fields);
      await waitsForLock();
    });
    // It read the bond from before; once it may go on it has to find it gone.
    expect((await answer)?.status).toBe(403);
    expect(await count('sessions')).toBe(before);
  });

  /** Resolves when some statement waits for a row that another transaction holds. */
  const waitsForLock = async () => {
    for (let looks = 0; looks < 200; looks++) {
      const [row] = await on.db.query<{ n: number }>(
        sql`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (row && row.n > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('no statement waited for the row');
  };

  it('lets nobody in by a password once SSO is on, whoever was faster', async () => {
    await seedUser(on.db, 'pat@open.test', { password: 'correct horse staple battery' });
    const browser = httpBrowser(on.url);
    const page = await browser.submit(await browser.get('/sign-in'), '/sign-in', { email: 'pat@open.test' });
    const [signedIn] = await Promise.all([
      browser.submit(page, '/sign-in/password', { password: 'correct horse staple battery' }),
      (async () => {
        const [connection] = await on.db.query<{ id: string }>(sql`select id from connections`);
        await moveDomain(on.db, 'open.test', 'SSO off', connection?.id);
        await moveDomain(on.db, 'open.test', 'SSO on');
      })(),
    ]);
    expect(['You are signed in', 'Sign in', 'Single sign-on']).toContain(signedIn.title);
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
  });

  it('uses a reset link once, of ten at once over two processes', async () => {
    await on.db.query(
      sql`update domains set state = 'SSO off', version = version + 1 where name = 'open.test'`,
    );
    const browser = httpBrowser(on.url);
    const asked = await browser.submit(await browser.get('/sign-in'), '/sign-in', { email: 'pat@open.test' });
    await browser.submit(asked, '/sign-in/forgot');
    await on.idle();
    const link = /http\S+token=\S+/.exec(on.smtp.to('pat@open.test').at(-1) ?? '')?.[0] ?? '';
    const page = await browser.get(link);
    const form = /name="form" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const password = 'seven quiet lanterns float';
    const statuses = await atOnce(10, '/sign-in/reset', cookieOf(browser), {
      form,
      token: new URL(link).searchParams.get('token') ?? '',
      password,
      confirm: password,
    });
    expect(statuses).toEqual([303, ...Array.from({ length: 9 }, () => 403)]);
  });

  it('counts tries over both processes', async () => {
    const browser = httpBrowser(on.url);
    const page = await browser.submit(await browser.get('/sign-in'), '/sign-in', {
      email: 'victim@free.test',
    });
    const form = /name="form" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const statuses = await atOnce(16, '/sign-in/password', cookieOf(browser), {
      form,
      email: 'victim@free.test',
      password: 'a guess that is wrong',
    });
    expect(statuses.filter((status) => status === 403)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(6);
  });

  it('hands out its own address alone, whatever the Host header says', async () => {
    const answer = await new Promise<{ location: string | undefined; body: string }>((resolve, reject) => {
      const { hostname, port, pathname } = new URL(login);
      const sent = request(
        {
          hostname,
          port,
          path: pathname,
          headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
        },
        (res) => {
          let body = '';
          res.on('data', (chunk) => {
            body += chunk;
          });
          res.on('end', () => resolve({ location: res.headers.location, body }));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
    expect(answer.location).toMatch(/^https:\/\/idp\.acme\.test\/sso\?SAMLRequest=/);
    const deflated = new URL(answer.location ?? '').searchParams.get('SAMLRequest') ?? '';
    const { inflateRawSync } = await import('node:zlib');
    const xml = inflateRawSync(Buffer.from(deflated, 'base64')).toString();
    expect(xml).toContain(on.url);
    expect(xml).not.toContain('evil.example');
  });
});
