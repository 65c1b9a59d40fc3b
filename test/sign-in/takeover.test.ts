import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doubtId } from '../../src/service/facts/sql/domain.ts';
import { hashOf, keepAuthnRequest } from '../../src/service/sign-in/authn-requests.ts';
import { signInBySso } from '../../src/service/sign-in/sso.ts';
import { decideSso } from '../../src/service/sign-in/sso-decision.ts';
import { readSsoFacts } from '../../src/service/sign-in/sso-facts.ts';
import { writeSso } from '../../src/service/sign-in/sso-write.ts';
import { newSecret } from '../../src/service/sign-in/tokens.ts';
import { createIdp, type Idp } from '../../src/workspace/idp/idp.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { type HttpBrowser, httpBrowser } from '../support/http-browser.ts';
import { seedDomain } from '../support/seed.ts';
import { idpUser, moveDomain, seedConnectionTo, seedUser } from '../support/sign-in.ts';

/** Ways to an account that is not one's own: by an old bond, by another address, by a settled doubt, by a test. */
let on: WholeBot;
let teamId: string;
let here: string;
let login: string;
let other: Idp;
let otherId: string;

beforeAll(async () => {
  on = await startWholeBot();
  await setUpTeam(on);
  const ours = await on.db.query<{ id: string }>(sql`select id from teams`);
  teamId = ours[0]?.id ?? '';
  const beta = `${teamId.slice(0, -4)}beta`;
  await on.db.query(sql`
    insert into teams (id, workspace_id, name, name_key, channel_id, created_at)
    select ${beta}::text, workspace_id, 'Beta', 'beta', channel_id, created_at from teams where id = ${teamId}::text`);
  here = await seedConnectionTo(on.db, teamId, on.idp, 'Acme IdP');
  other = createIdp({ entityId: 'https://beta.test/saml', ssoUrl: 'https://beta.test/sso' });
  otherId = await seedConnectionTo(on.db, beta, other, 'Beta IdP');
  login = `${on.url}/saml/${here}/login`;
  await seedDomain(on.db, teamId, 'acme.test', 'SSO on', here);
  await seedDomain(on.db, teamId, 'sold.test', 'SSO on', here);
  await on.db.query(sql`update domains set jit = true`);
});
afterAll(() => on.stop());

const account = async (email: string) =>
  (
    await on.db.query<{ id: number; password: boolean }>(
      sql`select id, password_hash is not null as password from users where email = ${email}::text`,
    )
  )[0];

const signIn = async (email: string, objectGUID: string, at = login, idp = on.idp) => {
  const browser = httpBrowser(on.url);
  const page = await browser.sso(at, idp, { user: idpUser(email, { objectGUID }), now: on.clock.now() });
  return { browser, page };
};

/** Takes a domain from the first team to the second, as deleting and adding it would. */
async function sell(name: string): Promise<void> {
  const [to] = await on.db.query<{ id: string }>(
    sql`select team_id as id from connections where id = ${otherId}::text`,
  );
  await moveDomain(on.db, name, 'SSO off');
  await moveDomain(on.db, name, 'Verified');
  await on.db.query(sql`update identities set domain_id = (select id from domains where name = 'acme.test')
    where domain_id = (select id from domains where name = ${name}::text)`);
  await on.db.query(sql`update memberships set via_domain_id = null, team_id = ${to?.id ?? ''}::text
    where via_domain_id = (select id from domains where name = ${name}::text)`);
  await on.db.query(sql`update domains set state = 'Deleting' where name = ${name}::text`);
  await on.db.query(sql`delete from domains where name = ${name}::text`);
  await seedDomain(on.db, to?.id ?? '', name, 'SSO on', otherId);
}

it('lets nobody take along, by an old bond, an account whose domain another team has now', async () => {
  const { browser: before } = await signIn('eva@sold.test', 'guid-eva');
  const eva = await account('eva@sold.test');
  expect((await before.get('/sign-in')).title).toBe('You are signed in');
  await sell('sold.test');
  expect((await before.get('/sign-in')).title).toBe('Sign in');
  const { page } = await signIn('fresh@acme.test', 'guid-eva');
  expect(page.html).toContain('fresh@acme.test');
  expect(page.html).not.toContain('Beta');
  expect((await account('eva@sold.test'))?.id).toBe(eva?.id);
  expect((await account('fresh@acme.test'))?.id).not.toBe(eva?.id);
  // The subject belongs to the new account from now on, and the old account to its own domain.
  expect((await signIn('fresh@acme.test', 'guid-eva')).page.title).toBe('You are signed in');
  const there = await signIn('eva@sold.test', 'at-beta', `${on.url}/saml/${otherId}/login`, other);
  expect(there.page.html).toContain('eva@sold.test');
  const bonds = await on.db.query(
    sql`select connection_id from identities where user_id = ${eva?.id ?? 0}::bigint`,
  );
  expect(bonds).toHaveLength(1);
});

it('writes down that an address was changed, and uses up the links that went to the old one', async () => {
  await signIn('old@acme.test', 'guid-mover');
  const mover = await account('old@acme.test');
  const token = newSecret();
  await on.db.query(sql`
    insert into password_resets (token_hash, user_id, created_at, expires_at)
    values (${hashOf(token)}::text, ${mover?.id ?? 0}::bigint, ${on.clock.now()}::timestamptz,
      ${new Date(on.clock.now().getTime() + 3_600_000)}::timestamptz)`);
  await signIn('new@acme.test', 'guid-mover');
  expect((await account('new@acme.test'))?.id).toBe(mover?.id);
  const [link] = await on.db.query<{ used: boolean }>(
    sql`select used_at is not null as used from password_resets where token_hash = ${hashOf(token)}::text`,
  );
  expect(link?.used).toBe(true);
  const [entry] = await on.db.query<{ body: string }>(
    sql`select body from audit where kind = 'user.address'`,
  );
  expect(entry?.body).toContain('Change the address of old@acme.test to new@acme.test');
});

it('settles the doubt that the admin saw, not the one that took its place', async () => {
  await signIn('bob@acme.test', 'guid-bob');
  await signIn('boss@acme.test', 'guid-boss');
  await signIn('bob@acme.test', 'guid-thief');
  const id = async () =>
    (await on.db.query<{ id: string }>(sql`select ${doubtId('x')} as id from doubtful_sign_ins x`))[0]?.id;
  const seen = await id();
  await on.admin.command('/sso users acme.test');
  await on.admin.click('Say whose account');
  await on.admin.modal('Doubtful sign-in');
  await signIn('boss@acme.test', 'guid-thief');
  expect(await id()).not.toBe(seen);
  const outcome = await on.admin.submit({ 'Whose account is it?': 'same' });
  expect(JSON.stringify(outcome)).toContain('no longer in doubt');
  await on.admin.close(true);
  expect((await signIn('boss@acme.test', 'guid-thief')).page.status).toBe(403);
  expect((await signIn('boss@acme.test', 'guid-boss')).page.title).toBe('You are signed in');
});

it('leaves whoever had an account neither password nor link nor session once it is somebody else’s', async () => {
  const id = await seedUser(on.db, 'desk@acme.test', { password: 'seven quiet lanterns', teamId });
  await signIn('desk@acme.test', 'guid-first');
  await on.db.query(sql`delete from doubtful_sign_ins`);
  await signIn('desk@acme.test', 'guid-second');
  await on.admin.command('/sso users acme.test');
  await on.admin.click('Say whose account');
  await on.admin.modal('Doubtful sign-in');
  expect((await on.admin.submit({ 'Whose account is it?': 'same' })).ok).toBe(true);
  await on.admin.close(true);
  expect(await account('desk@acme.test')).toEqual({ id, password: false });
  expect(await on.db.query(sql`select 1 from sessions where user_id = ${id}::bigint`)).toEqual([]);
});

it('lets an admin give an account to somebody who was bound to one that another team has now', async () => {
  await seedDomain(on.db, teamId, 'left.test', 'SSO on', here);
  await on.db.query(sql`update domains set jit = true`);
  await signIn('ida@left.test', 'guid-ida');
  await signIn('front@acme.test', 'guid-front');
  await sell('left.test');
  await on.db.query(sql`delete from doubtful_sign_ins`);
  expect((await signIn('front@acme.test', 'guid-ida')).page.status).toBe(403);
  await on.admin.command('/sso users acme.test');
  await on.admin.click('Say whose account');
  await on.admin.modal('Doubtful sign-in');
  expect((await on.admin.submit({ 'Whose account is it?': 'same' })).ok).toBe(true);
  await on.admin.close(true);
  const { page } = await signIn('front@acme.test', 'guid-ida');
  expect(page.title).toBe('You are signed in');
  expect(page.html).toContain('front@acme.test');
});

it('begins no session by a certificate that was removed while the response was judged', async () => {
  const [row] = await on.db.query<{ fingerprint: string }>(
    sql`select fingerprint from certificates where connection_id = ${here}::text`,
  );
  const fingerprint = row?.fingerprint ?? '';
  const now = on.clock.now();
  const requestId = newSecret();
  const [connection, workspaceId] = [{ id: here, name: 'Acme IdP' }, ''];
  const open = { id: requestId, purpose: 'sign-in', configHash: '', slackId: null };
  await keepAuthnRequest(on.db, { ...open, connectionId: here, workspaceId, browser: newSecret(), now });
  const identity = {
    ...{ nameId: 'late', nameIdFormat: '', email: 'late@acme.test', emailKey: 'late@acme.test' },
    ...{ emailDomain: 'acme.test', firstName: 'La', lastName: 'Te', objectGuid: 'guid-late', requestId },
    ...{ assertionId: '_late', notOnOrAfter: new Date(now.getTime() + 60_000) },
    certificateFingerprint: fingerprint,
  };
  const facts = await readSsoFacts(on.db, here, identity);
  const session = { token: newSecret(), replaces: undefined };
  const rename = (from: string, to: string) =>
    on.db.query(sql`
      update certificates set fingerprint = ${to}::text
      where connection_id = ${here}::text and fingerprint = ${from}::text`);
  await rename(fingerprint, 'another');
  const write = { connection, requestId, identity, facts, decision: decideSso(facts), session, now };
  expect(write.decision.type).toBe('signIn');
  expect(await writeSso(on.db, write)).toBe('stale');
  expect(await signInBySso(on.db, write)).toEqual({ type: 'refused', reason: 'certificate-removed' });
  expect(await account('late@acme.test')).toBeUndefined();
  await rename('another', fingerprint);
});

const testLink = async (): Promise<string> => {
  const token = newSecret();
  await on.db.query(sql`
    insert into test_links (token_hash, connection_id, workspace_id, slack_id, expires_at)
    select ${hashOf(token)}::text, ${here}::text, workspace_id, slack_id, ${new Date(on.clock.now().getTime() + 600_000)}::timestamptz
    from members where admin limit 1`);
  return `${login}?test=${token}`;
};

it('takes no answer for evidence when the configuration has changed since the question', async () => {
  const browser: HttpBrowser = httpBrowser(on.url);
  const user = idpUser('tester@acme.test');
  const { acsUrl, fields } = await browser.begin(await testLink(), on.idp, { user, now: on.clock.now() });
  const [before] = await on.db.query<{ hash: string }>(
    sql`select config_hash as hash from connections where id = ${here}::text`,
  );
  const change = (hash: string) =>
    on.db.query(sql`update connections set config_hash = ${hash}::text where id = ${here}::text`);
  await change('another');
  const page = await browser.post(acsUrl, fields);
  expect(page.status).toBe(409);
  expect(page.html).toContain('was changed after this test began');
  expect(await on.db.query(sql`select 1 from evidence`)).toEqual([]);
  await change(before?.hash ?? '');
  expect((await browser.post(acsUrl, fields)).title).toBe('The test passed');
});

it('judges by the certificates that there are once the whole answer has come', async () => {
  const browser = httpBrowser(on.url);
  const given = { user: idpUser('slow@acme.test'), now: on.clock.now() };
  const { acsUrl, fields } = await browser.begin(login, on.idp, given);
  const body = new URLSearchParams(fields).toString();
  const sent = request(acsUrl, {
    method: 'POST',
    headers: {
      cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  });
  const answer = once(sent, 'response');
  sent.flushHeaders();
  // From here on the bot has the request, but for its body.
  await once(sent, 'continue');
  const kept = await on.db.query<{ id: string; der: string }>(
    sql`select id, der from certificates where connection_id = ${here}::text`,
  );
  const use = (der: string) =>
    on.db.query(sql`update certificates set der = ${der}::text where connection_id = ${here}::text`);
  await use(Buffer.from(new X509Certificate(other.certificatePem).raw).toString('base64'));
  sent.end(body);
  const [response] = (await answer) as [IncomingMessage];
  expect(response.statusCode).toBe(403);
  response.resume();
  expect(await account('slow@acme.test')).toBeUndefined();
  await use(kept[0]?.der ?? '');
  expect((await browser.post(acsUrl, fields)).title).toBe('You are signed in');
});

it('writes a failing test down ten times and no more', async () => {
  const browser = httpBrowser(on.url);
  const user = idpUser('tester@acme.test');
  const { acsUrl, fields } = await browser.begin(await testLink(), on.idp, { user, now: on.clock.now() });
  const junk = { ...fields, SAMLResponse: Buffer.from('<nonsense/>').toString('base64') };
  const statuses = [];
  for (let times = 0; times < 12; times++) statuses.push((await browser.post(acsUrl, junk)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
  const failures = await on.db.query(sql`select 1 from evidence where not passed`);
  expect(failures).toHaveLength(10);
  expect((await browser.post(acsUrl, fields)).title).toBe('The test passed');
});

it('begins no more than three thousand sign-ins a minute for one client', async () => {
  await on.db.query(sql`update rate_limits set times = 3000 where key like 'login:client:%'`);
  const page = await httpBrowser(on.url).get(`/saml/${here}/login`);
  expect(page.status).toBe(429);
  expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
  on.clock.advance(61_000);
  expect((await httpBrowser(on.url).get(`/saml/${here}/login`)).status).toBe(302);
});
