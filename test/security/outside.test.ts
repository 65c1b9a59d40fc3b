import { request } from 'node:http';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { httpBrowser } from '../support/http-browser.ts';
import { certificate } from '../support/idp.ts';
import { signIn } from '../support/saml-browser.ts';
import { seedConnection, seedDomain } from '../support/seed.ts';
import { seedUser } from '../support/sign-in.ts';
import { BOT_TOKEN, SIGNING_SECRET } from '../support/slack.ts';
import { wordsOf } from '../support/slack-person.ts';

let on: WholeBot;
let teamId: string;
let connectionId: string;
/** Everything that Slack sent: response addresses and trigger ids are in it. */
const sent: string[] = [];

beforeAll(async () => {
  on = await startWholeBot();
  on.slack.deliverTo({
    kind: 'http',
    url: `${on.url.replace('localhost', '127.0.0.1')}/slack/events`,
    tamper: ({ body }) => void sent.push(body),
  });
  await setUpTeam(on);
  teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
  connectionId = await seedConnection(on.db, teamId, 'Seeded');
});
// A dialog that was closed while its file was read cannot be updated.
afterAll(() => on.stop(['not_found']));

describe('every page', () => {
  const PATHS: [path: string, status: number, method?: string][] = [
    ['/sign-in', 200],
    ['/sign-in/reset?token=x', 403],
    ['/sign-in/password', 303],
    ['/api/sign-in-method?email=anna@acme.test', 200],
    ['/api/sign-in-method?email=none', 400],
    ['/saml/nothing/login', 404],
    ['/saml/nothing/acs', 405],
    ['/saml/SEEDED/metadata', 200],
    ['/saml/SEEDED/login?test=guess', 404],
    ['/saml/SEEDED/acs', 415, 'POST'],
    ['/healthz', 200],
    ['/readyz', 200],
    ['/metrics', 200],
    ['/nothing', 404],
    ['/..%2f..%2fetc/passwd', 404],
    ['/slack/events', 404],
  ];

  it.each(PATHS)(
    '%s (%i) carries the headers that keep it to itself',
    async (path, status, method = 'GET') => {
      const answer = await fetch(on.url + path.replace('SEEDED', connectionId), {
        method,
        redirect: 'manual',
      });
      expect(answer.status).toBe(status);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toMatch(/unsafe|script-src/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-powered-by')).toBeNull();
      const text = await answer.text();
      expect(text).not.toMatch(/<script|\son\w+=|javascript:/i);
    },
  );
});

/** Sends a body in pieces without saying how long it will be, until it is refused or all is sent. */
function flood(path: string, megabytes: number, type: string): Promise<{ status: number; sent: number }> {
  return new Promise((resolve, reject) => {
    let pieces = 0;
    const req = request(on.url + path, { method: 'POST', headers: { 'content-type': type } }, (res) => {
      res.resume();
      resolve({ status: res.statusCode ?? 0, sent: pieces });
      req.destroy();
    });
    req.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ status: 0, sent: pieces });
      else reject(error);
    });
    const piece = Buffer.alloc(64 * 1024, 'a=');
    const more = (): void => {
      if (pieces >= megabytes * 16 || req.destroyed) return void req.end();
      pieces += 1;
      if (req.write(piece)) setImmediate(more);
      else req.once('drain', more);
    };
    more();
  });
}

describe('every body', () => {
  const FORM = 'application/x-www-form-urlencoded';
  it.each([
    ['/slack/events', FORM],
    ['/slack/events', 'application/json'],
    ['/sign-in', FORM],
    ['/sign-in/password', FORM],
    ['/sign-in/forgot', FORM],
    ['/sign-in/reset', FORM],
    ['/saml/SEEDED/acs', FORM],
  ])('of %s (%s) is refused when it is too large, in words, and not read to its end', async (path, type) => {
    const { status, sent: pieces } = await flood(path.replace('SEEDED', connectionId), 20, type);
    expect(status).toBe(413);
    expect(pieces).toBeLessThan(20 * 16);
  });

  it('of a request that says beforehand how large it is, is not waited for', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const req = request(`${on.url}/slack/events`, {
        method: 'POST',
        headers: { 'content-type': FORM, 'content-length': String(50 * 1024 * 1024) },
      });
      req.on('response', (res) => resolve(res.statusCode ?? 0));
      req.on('error', reject);
      req.flushHeaders();
    });
    expect(status).toBe(413);
  });
});

describe('the log at its most talkative', () => {
  it('holds no secret of a whole journey, not even when things go wrong', async () => {
    const said = (ack: unknown) => wordsOf({ blocks: [ack] });
    const key = certificate('leaked').keyPem;
    const domainId = await seedDomain(on.db, teamId, 'secret.test', 'Verified');

    await on.admin.command('/sso connect Acme IdP');
    await on.admin.modal('New connection');
    await on.admin.submit({
      'Connection name': 'Acme IdP',
      'Metadata file': await on.admin.file('metadata.xml', on.idp.metadataXml()),
    });
    await expect
      .poll(async () => wordsOf((await on.admin.modal()).view), { timeout: 20_000 })
      .toContain('was created');
    await on.admin.close(true);
    await on.idle();
    await on.admin.command('/sso link secret.test Acme IdP');
    await on.admin.modal('Link domain');
    await on.admin.submit();
    await on.admin.close(true);
    const test = await on.admin.command('/sso test Acme IdP');
    const link = /http:\/\/localhost:\d+\/saml\/\S+?test=[\w-]+/.exec(said(test.ack))?.[0] ?? '';
    const token = new URL(link).searchParams.get('test') ?? '';
    expect(token.length).toBeGreaterThan(20);
    const user = { email: 'nora@secret.test', firstName: 'Nora', lastName: 'Ade', objectGUID: 'guid-nora' };
    await signIn(link, on.idp, { user, audience: 'https://elsewhere.test' });
    await signIn(link, on.idp, { user });
    await on.admin.command('/sso renew Acme IdP');
    await on.admin.modal('Renew certificate');
    await on.admin.submit({ 'Certificate file': await on.admin.file('key.pem', key) });
    await on.admin.close(true);

    // The sign-in pages: a wrong password, the right one, and a new one by mail.
    const password = 'seven quiet lanterns float';
    await seedUser(on.db, 'anna@secret.test', { teamId, password });
    const browser = httpBrowser(on.url);
    const passwordPage = async () =>
      browser.submit(await browser.get('/sign-in'), '/sign-in', { email: 'anna@secret.test' });
    await browser.submit(await passwordPage(), '/sign-in/password', { password: `${password} wrongly` });
    await browser.submit(await passwordPage(), '/sign-in/forgot');
    await on.idle();
    const mail = on.smtp.to('anna@secret.test').join('\n');
    const resetToken = /Reset Password: http\S+[?&]token=([\w.-]+)/.exec(mail)?.[1] ?? '';
    await browser.get(`/sign-in/reset?token=${resetToken}`);
    const signedIn = await browser.submit(await passwordPage(), '/sign-in/password', { password });
    expect(signedIn.title).toBe('You are signed in');

    // Whatever fails is logged with all it says.
    on.slack.ctx.faults.next('response_url', { status: 500, count: 3 });
    on.slack.ctx.faults.next('views.open', { error: 'invalid_arguments' });
    await on.admin.command('/sso on secret.test');
    on.slack.ctx.faults.next('chat.postMessage', { status: 503, count: 2 });
    on.slack.ctx.faults.next('conversations.open', { error: 'invalid_auth' });
    await on.admin.command('/sso on secret.test');
    await on.admin.modal('Turn on SSO');
    await on.admin.submit({ Reason: 'a-word-that-only-people-wrote' });
    await on.admin.close(true);
    await on.idle();
    await on.admin.command('/sso history export');
    await on.idle();
    on.slack.ctx.faults.clear();
    await on.admin.click('Withdraw').catch(() => undefined);
    await on.db.query(sql`select 1 from domains where id = ${domainId}`);

    const log = on.log.join('\n');
    expect(on.log.length).toBeGreaterThan(20);
    expect(log).toContain('invalid_arguments');
    // Closing a dialog while a file is read is nothing that fails.
    expect(log).not.toContain('not_found');
    const bodies = sent.map((body) => decodeURIComponent(body.replaceAll('+', ' '))).join('\n');
    const responseUrls = [...bodies.matchAll(/https?:\/\/[^\s"&\\]*respond[^\s"&\\]*/g)].map(([url]) => url);
    const triggers = [...bodies.matchAll(/trigger_id(?:=|":")([\w.-]+)/g)].map(([, id = '']) => id);
    expect(responseUrls.length).toBeGreaterThan(3);
    expect(triggers.length).toBeGreaterThan(3);
    const [sealed] = await on.db.query<{ value: string }>(
      sql`select value from installation where value like '%v1.%' limit 1`,
    );
    const secrets = {
      'the bot token': [BOT_TOKEN],
      'the signing secret': [SIGNING_SECRET],
      'a private key': ['PRIVATE KEY', key.split('\n')[3] ?? ''],
      'a test link': [token],
      'a response address': responseUrls.map((url) => url.slice(url.lastIndexOf('/') + 1)),
      'a trigger': triggers,
      'our sealed key': sealed ? [sealed.value.slice(0, 40)] : [],
      'a password': [password, 'wrongly'],
      'a link to a new password': [resetToken],
      'a cookie': [...browser.cookies.values()],
      'a SAML response': ['PHNhbWxwOl', 'SAMLResponse='],
      'what people wrote': [
        'a-word-that-only-people-wrote',
        'guid-nora',
        'nora@secret.test',
        'anna@secret.test',
      ],
    };
    for (const [what, words] of Object.entries(secrets)) {
      for (const word of words) {
        expect(word.length, what).toBeGreaterThan(5);
        const line = on.log.find((l) => l.includes(word));
        expect(line, what).toBeUndefined();
      }
    }
    expect(log).not.toMatch(/xox[abpe]-[\w-]{5}/);
  });
});
