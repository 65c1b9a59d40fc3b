import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOf } from '../../src/service/sign-in/authn-requests.ts';
import { newSecret } from '../../src/service/sign-in/tokens.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { httpBrowser } from '../support/http-browser.ts';
import { seedDomain } from '../support/seed.ts';
import { idpUser, seedConnectionTo } from '../support/sign-in.ts';

/** What is meant for one connection, one purpose or one browser, tried at another. */
let on: WholeBot;
let first: string;
let second: string;
beforeAll(async () => {
  on = await startWholeBot();
  await setUpTeam(on);
  const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
  const teamId = team?.id ?? '';
  // The same identity provider twice, with the same key.
  first = await seedConnectionTo(on.db, teamId, on.idp, 'First');
  second = await seedConnectionTo(on.db, teamId, on.idp, 'Second');
  await seedDomain(on.db, teamId, 'first.test', 'SSO on', first);
  await seedDomain(on.db, teamId, 'second.test', 'SSO on', second);
  await on.db.query(sql`update domains set jit = true`);
});
afterAll(() => on.stop());

const login = (connection: string) => `${on.url}/saml/${connection}/login`;
const acs = (connection: string) => `${on.url}/saml/${connection}/acs`;
const given = (email: string) => ({ user: idpUser(email), now: on.clock.now() });
const count = async (table: 'users' | 'sessions' | 'evidence') =>
  (await on.db.query<{ n: number }>(sql`select count(*) as n from ${sql.raw(table)}`))[0]?.n;

it('takes no answer at another connection, though the same key signed it and the browser has both open', async () => {
  const browser = httpBrowser(on.url);
  const { fields } = await browser.begin(login(first), on.idp, given('a@first.test'));
  expect((await browser.post(acs(second), fields)).status).toBe(403);
  await browser.begin(login(second), on.idp, given('a@first.test'));
  const page = await browser.post(acs(second), fields);
  expect(page.status).toBe(403);
  expect(page.html).toContain('cannot be accepted');
  expect(await count('users')).toBe(0);
  // It was not used up by that, and is good where it belongs.
  expect((await browser.post(acs(first), fields)).title).toBe('You are signed in');
});

it('takes no address of a domain of the team’s other connection', async () => {
  const page = await httpBrowser(on.url).sso(login(second), on.idp, given('a@first.test'));
  expect(page.status).toBe(403);
  expect(page.html).toContain('do not sign in through Second');
});

it('signs nobody in by a test, and takes no sign-in for a test', async () => {
  const token = newSecret();
  const until = new Date(on.clock.now().getTime() + 600_000);
  await on.db.query(sql`
    insert into test_links (token_hash, connection_id, workspace_id, slack_id, expires_at)
    select ${hashOf(token)}::text, ${first}::text, workspace_id, slack_id, ${until}::timestamptz
    from members where admin limit 1`);
  const browser = httpBrowser(on.url);
  const sessions = await count('sessions');
  expect((await browser.sso(`${login(first)}?test=${token}`, on.idp, given('t@first.test'))).title).toBe(
    'The test passed',
  );
  expect(browser.cookies.has('drawbridge_session')).toBe(false);
  expect(await count('sessions')).toBe(sessions);
  expect(await count('evidence')).toBe(1);
  expect((await browser.sso(login(first), on.idp, given('t@first.test'))).title).toBe('You are signed in');
  expect(await count('evidence')).toBe(1);
});

it('gives a new session with each sign-in, and ends the one that was there', async () => {
  const planted = newSecret();
  const browser = httpBrowser(on.url);
  browser.cookies.set('drawbridge_session', planted);
  expect((await browser.sso(login(first), on.idp, given('s@first.test'))).title).toBe('You are signed in');
  const mine = browser.cookies.get('drawbridge_session') ?? '';
  expect(mine).not.toBe(planted);
  const other = httpBrowser(on.url);
  other.cookies.set('drawbridge_session', planted);
  expect((await other.get('/sign-in')).title).toBe('Sign in');
  await browser.sso(login(first), on.idp, given('s@first.test'));
  expect(browser.cookies.get('drawbridge_session')).not.toBe(mine);
  other.cookies.set('drawbridge_session', mine);
  expect((await other.get('/sign-in')).title).toBe('Sign in');
});

it('signs nobody in by the answer to another browser’s question, nor by two answers made one', async () => {
  const attacker = httpBrowser(on.url);
  const { acsUrl, fields } = await attacker.begin(login(first), on.idp, given('evil@first.test'));
  const victim = httpBrowser(on.url);
  const theirs = await victim.begin(login(first), on.idp, given('victim@first.test'));
  expect((await victim.post(acsUrl, fields)).status).toBe(403);
  const twice = new URLSearchParams([
    ['SAMLResponse', fields.SAMLResponse],
    ['SAMLResponse', theirs.fields.SAMLResponse],
  ]);
  const cookie = [...victim.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(acsUrl, {
    method: 'POST',
    headers: { cookie },
    body: twice,
    redirect: 'manual',
  });
  expect(answer.status).toBe(403);
  const page = await victim.post(theirs.acsUrl, theirs.fields);
  expect(page.html).toContain('victim@first.test');
});
