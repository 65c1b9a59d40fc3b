import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdp } from '../../src/workspace/idp/idp.ts';
import { ENGINES } from '../support/database.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { type HttpBrowser, httpBrowser } from '../support/http-browser.ts';
import { seedDomain } from '../support/seed.ts';
import { idpUser, moveDomain, seedConnectionTo, seedUser } from '../support/sign-in.ts';
import { wordsOf } from '../support/slack-person.ts';

describe.each(ENGINES)('sign-in by SSO, on %s', (engine) => {
  let on: WholeBot;
  let teamId: string;
  let connectionId: string;
  let login: string;
  let browser: HttpBrowser;

  beforeAll(async () => {
    on = await startWholeBot(engine);
    await setUpTeam(on);
    teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
    connectionId = await seedConnectionTo(on.db, teamId, on.idp, 'Acme IdP');
    login = `${on.url}/saml/${connectionId}/login`;
    await seedDomain(on.db, teamId, 'acme.test', 'SSO on', connectionId);
    await seedDomain(on.db, teamId, 'acme.example', 'SSO on', connectionId);
    await seedDomain(on.db, teamId, 'off.test', 'SSO off', connectionId);
  });
  afterAll(() => on.stop());

  const fresh = () => {
    browser = httpBrowser(on.url);
    return browser;
  };
  const jit = (name: string, allowed: boolean) =>
    on.db.query(
      sql`update domains set jit = ${allowed}::boolean, version = version + 1 where name = ${name}::text`,
    );
  const account = async (email: string) =>
    (
      await on.db.query<{
        id: number;
        firstName: string;
        teams: number;
        identities: number;
        signedInAt: Date | null;
      }>(sql`
        select u.id, u.first_name as "firstName", u.signed_in_at as "signedInAt",
          (select count(*) from memberships m where m.user_id = u.id) as teams,
          (select count(*) from identities i where i.user_id = u.id) as identities
        from users u where email = ${email}::text`)
    )[0];
  const sessions = async () =>
    (await on.db.query<{ n: number }>(sql`select count(*) as n from sessions`))[0]?.n ?? 0;

  it('tells by the domain alone how people sign in', async () => {
    await seedUser(on.db, 'known@acme.test', { teamId });
    for (const email of ['known@acme.test', 'nobody@acme.test', ' NoBody@ACME.test ']) {
      const answer = await fetch(`${on.url}/api/sign-in-method?email=${encodeURIComponent(email)}`);
      expect(await answer.json()).toEqual({ method: 'sso', url: login });
    }
    for (const email of ['somebody@off.test', 'known@sub.acme.test', 'x@elsewhere.test']) {
      const answer = await fetch(`${on.url}/api/sign-in-method?email=${encodeURIComponent(email)}`);
      expect(await answer.json()).toEqual({ method: 'password' });
    }
    expect((await fetch(`${on.url}/api/sign-in-method?email=nonsense`)).status).toBe(400);
  });

  it('hands out our metadata, signed where that is asked for', async () => {
    const address = `${on.url}/saml/${connectionId}/metadata`;
    const [plain, signed] = await Promise.all(
      [address, `${address}?signed`].map(async (url) => (await fetch(url)).text()),
    );
    expect(plain).toContain(`Location="${on.url}/saml/${connectionId}/acs"`);
    expect(plain).not.toContain('SignatureValue');
    expect(signed).toContain('SignatureValue');
    expect(await (await fetch(`${address}?signed=again`)).text()).toBe(signed);
    expect(signed).toContain(`Location="${on.url}/saml/${connectionId}/acs"`);
  });

  it('leads from the address to the identity provider', async () => {
    const first = await fresh().get('/sign-in');
    expect(first.title).toBe('Sign in');
    const next = await browser.submit(first, '/sign-in', { email: 'anybody@acme.test' });
    expect(next.title).toBe('Single sign-on');
    expect(next.html).toContain(`href="/saml/${connectionId}/login"`);
    expect(next.headers.get('refresh')).toBe(`0; url=/saml/${connectionId}/login`);
  });

  it('refuses somebody new without just-in-time provisioning, and says whom to ask', async () => {
    const page = await fresh().sso(login, on.idp, { user: idpUser('nora@acme.test') });
    expect(page.status).toBe(403);
    expect(page.html).toMatch(/Ask an admin of Acme for an invitation: .+/);
    expect(await account('nora@acme.test')).toBeUndefined();
    expect(browser.cookies.has('drawbridge_session')).toBe(false);
  });

  it('makes account, membership and attributes with the first sign-in where that is allowed', async () => {
    await jit('acme.test', true);
    const page = await fresh().sso(login, on.idp, { user: idpUser('nora@acme.test') });
    expect(page.title).toBe('You are signed in');
    expect(page.url).toBe(`${on.url}/sign-in`);
    expect(page.html).toContain('Nora Ade');
    expect(page.html).toContain('Acme IdP');
    expect(await account('nora@acme.test')).toMatchObject({ firstName: 'Nora', teams: 1, identities: 1 });
    const [used] = await on.db.query<{ at: Date | null }>(
      sql`select last_used_at as at from certificates where connection_id = ${connectionId}::text`,
    );
    expect(used?.at).not.toBeNull();
    const [entry] = await on.db.query<{ n: number }>(
      sql`select count(*) as n from audit where kind = 'user.provision' and subject_name = 'nora@acme.test'`,
    );
    expect(entry?.n).toBe(1);
  });

  it('keeps the cookie from scripts, other sites and plain http', () => {
    const cookie = browser.setCookies.find((header) => header.startsWith('drawbridge_session='));
    expect(cookie).toMatch(/; Path=\/;/);
    for (const flag of ['HttpOnly', 'Secure', 'SameSite=Lax']) expect(cookie).toContain(flag);
    const value = browser.cookies.get('drawbridge_session') ?? '';
    expect(value).toMatch(/^[\w-]{43}$/);
  });

  it('keeps no token that a reader of the database could use', async () => {
    const value = browser.cookies.get('drawbridge_session') ?? '';
    const rows = await on.db.query<{ tokenHash: string }>(
      sql`select token_hash as "tokenHash" from sessions`,
    );
    expect(rows.map(({ tokenHash }) => tokenHash)).not.toContain(value);
    expect(on.log.join('\n')).not.toContain(value);
  });

  it('signs out by a form of its own page alone', async () => {
    const page = await browser.get('/sign-in');
    expect((await browser.post('/sign-out', {})).status).toBe(403);
    expect((await browser.post('/sign-out', { form: 'x.y' })).status).toBe(403);
    expect((await browser.submit(page, '/sign-out', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect((await browser.get('/sign-out')).title).toBe('You are signed in');
    const token = browser.cookies.get('drawbridge_session') ?? '';
    expect((await browser.submit(page, '/sign-out')).title).toBe('Sign in');
    browser.cookies.set('drawbridge_session', token);
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
  });

  it('takes no form that was made for another browser', async () => {
    const page = await httpBrowser(on.url).get('/sign-in');
    const other = httpBrowser(on.url);
    await other.get('/sign-in');
    expect((await other.submit(page, '/sign-in', { email: 'a@acme.test' })).status).toBe(403);
  });

  it('knows somebody again by the subject: new names are taken over, a new address makes no second account', async () => {
    const before = await account('nora@acme.test');
    const renamed = idpUser('nora@acme.test', { firstName: 'Eleonora' });
    expect((await fresh().sso(login, on.idp, { user: renamed })).html).toContain('Eleonora');
    const user = { ...renamed, email: 'nora.new@acme.example' };
    expect((await fresh().sso(login, on.idp, { user })).title).toBe('You are signed in');
    expect(await account('nora@acme.test')).toBeUndefined();
    expect(await account('nora.new@acme.example')).toMatchObject({
      id: before?.id,
      firstName: 'Eleonora',
      teams: 1,
      identities: 1,
    });
    const counts = await on.db.query<{ domain: string; people: number }>(
      sql`select domain, people from member_counts where team_id = ${teamId}::text order by domain`,
    );
    expect(counts).toContainEqual({ domain: 'acme.example', people: 1 });
    expect(counts).toContainEqual({ domain: 'acme.test', people: 1 });
  });

  it('binds an account that was invited, and asks for no second invitation', async () => {
    await jit('acme.test', false);
    const id = await seedUser(on.db, 'invited@acme.test', { teamId });
    const page = await fresh().sso(login, on.idp, { user: idpUser('Invited@Acme.test') });
    expect(page.title).toBe('You are signed in');
    expect(await account('invited@acme.test')).toMatchObject({ id, teams: 1, identities: 1 });
  });

  it('refuses somebody who has an account and is in no team of the domain', async () => {
    await seedUser(on.db, 'outside@acme.test');
    const page = await fresh().sso(login, on.idp, { user: idpUser('outside@acme.test') });
    expect(page.status).toBe(403);
    expect(page.html).toContain('Ask an admin of Acme for an invitation');
    expect(await account('outside@acme.test')).toMatchObject({ teams: 0, identities: 0 });
    await jit('acme.test', true);
    expect((await fresh().sso(login, on.idp, { user: idpUser('outside@acme.test') })).title).toBe(
      'You are signed in',
    );
    expect(await account('outside@acme.test')).toMatchObject({ teams: 1, identities: 1 });
  });

  it('lists who would have to be guessed, and tells the admins once', async () => {
    const stranger = idpUser('invited@acme.test', { objectGUID: 'guid-of-somebody-else' });
    for (let times = 0; times < 2; times++) {
      const page = await fresh().sso(login, on.idp, { user: stranger });
      expect(page.status).toBe(403);
      expect(page.html).toContain('belongs to somebody else');
    }
    const rows = await on.db.query(sql`select email, reason, times from doubtful_sign_ins`);
    expect(rows).toEqual([{ email: 'invited@acme.test', reason: 'address-of-another', times: 2 }]);
    await on.idle();
    const told = on.admin.direct().filter((message) => wordsOf(message).includes('invited@acme.test'));
    expect(told).toHaveLength(1);
    expect(await account('invited@acme.test')).toMatchObject({ identities: 1 });
  });

  it('shows them to the admins, who say whose account it is', async () => {
    const shown = await on.admin.command('/sso users acme.test');
    expect(wordsOf({ blocks: [shown.ack] })).toContain('Whose account is it?');
    expect(wordsOf({ blocks: [(await on.admin.command('/sso status acme.test')).ack] })).toContain(
      'Doubtful sign-ins',
    );
    await on.admin.click('Say whose account');
    await on.admin.modal('Doubtful sign-in');
    const outcome = await on.admin.submit({ 'Whose account is it?': 'same' });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await on.admin.close(true);
    const before = await account('invited@acme.test');
    const stranger = idpUser('invited@acme.test', { objectGUID: 'guid-of-somebody-else' });
    expect((await fresh().sso(login, on.idp, { user: stranger })).title).toBe('You are signed in');
    expect(await account('invited@acme.test')).toMatchObject({ id: before?.id, identities: 1 });
    expect((await fresh().sso(login, on.idp, { user: idpUser('invited@acme.test') })).status).toBe(403);
    expect(await on.db.query(sql`select reason from doubtful_sign_ins`)).toEqual([
      { reason: 'address-of-another' },
    ]);
    await on.idle();
  });

  it('keeps the address of somebody known whose new one another account has, and lists that', async () => {
    await seedUser(on.db, 'taken@acme.test', { teamId });
    await fresh().sso(login, on.idp, { user: idpUser('mover@acme.test') });
    const page = await fresh().sso(login, on.idp, {
      user: idpUser('mover@acme.test', { email: 'taken@acme.test' }),
    });
    expect(page.title).toBe('You are signed in');
    expect(page.html).toContain('mover@acme.test');
    expect(await account('taken@acme.test')).toMatchObject({ identities: 0 });
    const [row] = await on.db.query(
      sql`select reason from doubtful_sign_ins where email = 'taken@acme.test'`,
    );
    expect(row).toEqual({ reason: 'new-address-taken' });
    await fresh().sso(login, on.idp, { user: idpUser('mover@acme.test') });
    expect(await on.db.query(sql`select 1 from doubtful_sign_ins where email = 'taken@acme.test'`)).toEqual(
      [],
    );
  });

  it('lets test users in while SSO is off, and nobody else', async () => {
    await jit('off.test', true);
    const user = idpUser('tester@off.test');
    const refused = await fresh().sso(login, on.idp, { user });
    expect(refused.status).toBe(403);
    expect(refused.html).toContain('Single sign-on is off for off.test');
    const [domain] = await on.db.query<{ id: string }>(sql`select id from domains where name = 'off.test'`);
    await on.db.query(sql`
      insert into test_users (domain_id, email, added_at) values (${domain?.id ?? ''}::text, 'tester@off.test', ${new Date()}::timestamptz)`);
    expect((await fresh().sso(login, on.idp, { user })).title).toBe('You are signed in');
    expect((await fresh().sso(login, on.idp, { user: idpUser('else@off.test') })).status).toBe(403);
    const page = await fresh().get('/sign-in');
    expect((await browser.submit(page, '/sign-in', { email: 'tester@off.test' })).html).toContain('Password');
  });

  it('takes no address of a domain that is not linked to this very connection', async () => {
    await seedDomain(on.db, teamId, 'verified.test', 'Verified');
    for (const email of [
      'a@verified.test',
      'a@elsewhere.test',
      'a@sub.acme.test',
      'a@acme.test@elsewhere.test',
    ]) {
      const page = await fresh().sso(login, on.idp, { user: idpUser(email) });
      expect(page.status, email).toBe(403);
      expect(await account(email)).toBeUndefined();
    }
  });

  it('keeps one account when the domain is linked to another identity provider, and when it comes back', async () => {
    const other = createIdp({ entityId: 'https://other.test/saml', ssoUrl: 'https://other.test/sso' });
    const otherId = await seedConnectionTo(on.db, teamId, other, 'Other IdP');
    const before = await account('nora.new@acme.example');
    const relink = async (to: string) => {
      await moveDomain(on.db, 'acme.example', 'SSO off');
      await moveDomain(on.db, 'acme.example', 'Verified');
      await moveDomain(on.db, 'acme.example', 'SSO off', to);
      await moveDomain(on.db, 'acme.example', 'SSO on');
    };
    await relink(otherId);
    const there = idpUser('nora.new@acme.example', { objectGUID: 'another-guid' });
    const page = await fresh().sso(`${on.url}/saml/${otherId}/login`, other, { user: there });
    expect(page.title).toBe('You are signed in');
    expect(await account('nora.new@acme.example')).toMatchObject({ id: before?.id, teams: 1, identities: 2 });
    await relink(connectionId);
    const back = idpUser('nora@acme.test', { email: 'nora.new@acme.example' });
    expect((await fresh().sso(login, on.idp, { user: back })).title).toBe('You are signed in');
    expect(await account('nora.new@acme.example')).toMatchObject({ id: before?.id, identities: 2 });
  });

  it('leads nowhere else, whatever RelayState, Host and forwarding headers say', async () => {
    fresh();
    const { acsUrl, fields } = await browser.begin(login, on.idp, { user: idpUser('nora2@acme.test') });
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(acsUrl, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
      body: new URLSearchParams({ ...fields, RelayState: 'https://evil.example/' }),
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/sign-in');
  });

  it('takes an answer once, by the browser that asked, and nothing unasked', async () => {
    fresh();
    const user = idpUser('once@acme.test');
    const { acsUrl, fields } = await browser.begin(login, on.idp, { user });
    const stranger = httpBrowser(on.url);
    expect((await stranger.post(acsUrl, fields)).status).toBe(403);
    const forged = Buffer.from(fields.SAMLResponse, 'base64').toString().replace('once@', 'boss@');
    expect(
      (await browser.post(acsUrl, { ...fields, SAMLResponse: Buffer.from(forged).toString('base64') }))
        .status,
    ).toBe(403);
    const junk = Buffer.from('<nonsense/>').toString('base64');
    expect((await browser.post(acsUrl, { ...fields, SAMLResponse: junk })).status).toBe(403);
    expect((await browser.post(acsUrl, fields)).title).toBe('You are signed in');
    expect((await browser.post(acsUrl, fields)).status).toBe(403);
    await browser.begin(login, on.idp, { user });
    expect((await browser.post(acsUrl, fields)).status).toBe(403);
    const unasked = on.idp.respond({
      acsUrl,
      audience: acsUrl.replace(/acs$/, 'metadata'),
      inResponseTo: null,
      user,
    });
    expect((await browser.post(acsUrl, { SAMLResponse: unasked, RelayState: '' })).status).toBe(403);
  });

  it('takes no answer that comes after ten minutes', async () => {
    fresh();
    const user = idpUser('late@acme.test');
    const { acsUrl, fields } = await browser.begin(login, on.idp, { user });
    on.clock.advance(11 * 60_000);
    expect((await browser.post(acsUrl, fields)).status).toBe(403);
    expect(await account('late@acme.test')).toBeUndefined();
  });

  it('ends a session after twelve hours, when SSO is turned off, and with the identity', async () => {
    const given = () => ({ user: idpUser('nora2@acme.test'), now: on.clock.now() });
    await fresh().sso(login, on.idp, given());
    expect((await browser.get('/sign-in')).title).toBe('You are signed in');
    on.clock.advance(12 * 3_600_000 + 1000);
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
    await fresh().sso(login, on.idp, given());
    expect((await browser.get('/sign-in')).title).toBe('You are signed in');
    await moveDomain(on.db, 'acme.test', 'SSO off');
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
    await moveDomain(on.db, 'acme.test', 'SSO on');
    expect((await browser.get('/sign-in')).title).toBe('You are signed in');
    await on.db.query(sql`delete from identities where subject = 'guid-nora2'`);
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
    expect(await sessions()).toBeGreaterThan(0);
  });

  it('ends a session when the identity provider says, and never later than twelve hours', async () => {
    const stays = async (minutes: number) => {
      const until = new Date(on.clock.now().getTime() + minutes * 60_000);
      const given = {
        user: idpUser('nora2@acme.test'),
        now: on.clock.now(),
        subject: { sessionNotOnOrAfter: until },
      };
      expect((await fresh().sso(login, on.idp, given)).title).toBe('You are signed in');
    };
    await stays(30);
    on.clock.advance(29 * 60_000);
    expect((await browser.get('/sign-in')).title).toBe('You are signed in');
    on.clock.advance(61_000);
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
    const over = { sessionNotOnOrAfter: new Date(on.clock.now().getTime() - 1000) };
    const given = { user: idpUser('nora2@acme.test'), now: on.clock.now(), subject: over };
    const refused = await fresh().sso(login, on.idp, given);
    expect(refused.status).toBe(403);
    expect(refused.html).toContain('Our clock says');
    await stays(24 * 60);
    on.clock.advance(12 * 3_600_000 + 1000);
    expect((await browser.get('/sign-in')).title).toBe('Sign in');
  });

  it('says how an address is opened, and leads on from a form that has expired', async () => {
    const put = await fetch(`${on.url}/sign-in`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    const get = await fetch(`${on.url}/saml/${connectionId}/acs`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const expired = await fresh().post('/sign-in', { email: 'a@acme.test' });
    expect(expired.status).toBe(403);
    expect(expired.html).toContain('<a href="/sign-in">Start again</a>');
  });

  it('begins no sign-in where nobody signs in', async () => {
    const idle = await seedConnectionTo(on.db, teamId, on.idp, 'Idle IdP');
    const page = await fresh().get(`/saml/${idle}/login`);
    expect(page.status).toBe(403);
    expect(page.html).toContain('single sign-on is not turned on');
    expect((await browser.get(`/saml/${connectionId}/login?test=${'x'.repeat(43)}`)).status).toBe(404);
    expect((await browser.get(`/saml/${connectionId}/login?test=`)).status).toBe(404);
  });
});
