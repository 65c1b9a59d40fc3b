import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/service/verify-audit.ts';
import { ENGINES } from '../support/database.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { signIn } from '../support/saml-browser.ts';
import { seedUsers } from '../support/seed.ts';
import { wordsOf } from '../support/slack-person.ts';

/** The words of what somebody was shown last: the modal's, or what only they see. */
const said = (ack: unknown) => wordsOf({ blocks: [ack] });

describe.each(ENGINES)('a domain through its whole life, on %s', (engine) => {
  let on: WholeBot;
  let teamId: string;

  beforeAll(async () => {
    on = await startWholeBot(engine);
    await setUpTeam(on);
    teamId = (await on.db.query<{ id: string }>(sql`select id from teams`))[0]?.id ?? '';
  });
  afterAll(() => on.stop());

  const domain = async (name = 'acme.test') =>
    (
      await on.db.query<{ id: string; state: string; token: string }>(
        sql`select id, state, token from domains where name = ${name}`,
      )
    )[0];

  it('is added, with the record to publish', async () => {
    await on.admin.command('/sso add ACME.test.');
    await on.admin.modal('Add domains');
    const outcome = await on.admin.submit();
    expect(outcome.ok).toBe(true);
    const { token } = (await domain()) ?? {};
    const words = said(outcome.ack);
    expect(words).toContain('_drawbridge-challenge.acme.test');
    expect(words).toContain(`drawbridge-verification=${token}`);
    await on.admin.close(true);
  });

  it('is not verified before the record is there, and is once it is', async () => {
    const before = await on.admin.command('/sso verify acme.test');
    expect(said(before.ack)).toContain('_drawbridge-challenge.acme.test');
    expect((await domain())?.state).toBe('Unverified');
    on.dns.setTxt('_drawbridge-challenge.acme.test', [`drawbridge-verification=${(await domain())?.token}`]);
    await on.admin.command('/sso verify acme.test');
    await on.idle();
    expect((await domain())?.state).toBe('Verified');
    await on.bystander.sees(/acme\.test/);
  });

  it('gets a connection from a metadata file', async () => {
    await on.admin.command('/sso connect Acme IdP');
    await on.admin.modal('New connection');
    const outcome = await on.admin.submit({
      'Connection name': 'Acme IdP',
      'Metadata file': await on.admin.file('metadata.xml', on.idp.metadataXml()),
    });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await expect
      .poll(async () => wordsOf((await on.admin.modal()).view), { timeout: 10_000 })
      .toContain('was created');
    await on.admin.close(true);
    await on.idle();
  });

  it('is linked, and cannot be turned on before a test sign-in', async () => {
    await on.admin.command('/sso link acme.test Acme IdP');
    await on.admin.modal('Link domain');
    expect((await on.admin.submit()).ok).toBe(true);
    await on.admin.close(true);
    expect((await domain())?.state).toBe('SSO off');
    const refused = await on.admin.command('/sso on acme.test');
    expect(said(refused.ack)).toMatch(/test/i);
  });

  it('passes a test sign-in, signed for real', async () => {
    const outcome = await on.admin.command('/sso test Acme IdP');
    const link = /http:\/\/localhost:\d+\/saml\/\S+?test=[\w-]+/.exec(said(outcome.ack))?.[0] ?? '';
    const user = { email: 'nora@acme.test', firstName: 'Nora', lastName: 'Ade', objectGUID: 'guid-nora' };
    const wrong = await signIn(link, on.idp, { user, audience: 'https://elsewhere.test' });
    expect(wrong.status).toBe(403);
    expect(wrong.html).toContain('Audience');
    const page = await signIn(link, on.idp, { user });
    expect(page.html).toContain('The test passed');
    expect((await page.post()).status).toBe(403);
    await on.idle();
    await on.admin.sees(/test sign-in at Acme IdP passed/);
  });

  it('is turned on by a second person', async () => {
    const { id } = (await domain()) ?? { id: '' };
    await seedUsers(on.db, 'acme.test', { count: 30, withPassword: 20, teamId, viaDomainId: id });
    await on.admin.command('/sso on acme.test');
    await on.admin.modal('Turn on SSO');
    await on.admin.submit({ Reason: 'Everybody is ready' });
    await on.admin.close(true);
    await on.idle();
    await on.approver.sees(/Turn on SSO/);
    await on.admin.click(/^Approve/);
    expect((await domain())?.state).toBe('SSO off');
    await approve(on);
    expect((await domain())?.state).toBe('SSO on');
    const card = await on.bystander.sees(/Done/);
    expect(wordsOf(card)).toContain('acme.test');
  });

  it('tells in numbers what turning off does, then is turned off with a reason', async () => {
    await on.admin.command('/sso off acme.test');
    const preview = await on.admin.modal('Turn off SSO');
    const words = wordsOf(preview.view);
    expect(words).toMatch(/30/);
    expect(words).toMatch(/20/);
    expect(words).toMatch(/10/);
    await on.admin.submit();
    const outcome = await on.admin.submit({ Reason: 'Changing the <!channel> provider' });
    expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
    await on.admin.close(true);
    await on.idle();
    await approve(on);
    expect((await domain())?.state).toBe('SSO off');
  });

  it('is unlinked and stays verified', async () => {
    await on.admin.command('/sso unlink acme.test');
    await on.admin.modal('Unlink domain');
    await on.admin.submit({ Reason: 'No longer needed' });
    await on.admin.close(true);
    await on.idle();
    await approve(on);
    expect((await domain())?.state).toBe('Verified');
  });

  it('is deleted with progress, and free to be added again', async () => {
    await on.admin.command('/sso delete acme.test');
    await on.admin.modal('Delete domain');
    const wrong = await on.admin.submit({ Reason: 'Sold', 'Type the domain to confirm': 'other.test' });
    expect(JSON.stringify(wrong)).toContain('errors');
    await on.admin.submit({ Reason: 'Sold', 'Type the domain to confirm': ' Acme.Test' });
    await on.admin.close(true);
    await on.idle();
    await approve(on);
    await on.bystander.sees('acme.test was deleted');
    await on.idle();
    expect(await domain()).toBeUndefined();
    const left = await on.db.query<{ n: number }>(
      sql`select count(*) as n from memberships where domain = 'acme.test'`,
    );
    expect(left[0]?.n).toBe(0);
    const accounts = await on.db.query<{ n: number }>(
      sql`select count(*) as n from users where domain = 'acme.test'`,
    );
    expect(accounts[0]?.n).toBe(30);
    await on.admin.command('/sso add acme.test');
    await on.admin.modal('Add domains');
    expect((await on.admin.submit()).ok).toBe(true);
    expect((await domain())?.state).toBe('Unverified');
  });

  it('leaves an audit chain that is whole', async () => {
    expect(await verifyAudit(on.db)).toMatchObject([{ ok: true }]);
  });
});

async function approve(on: WholeBot): Promise<void> {
  await on.approver.click(/^Approve/);
  await on.approver.modal();
  const outcome = await on.approver.submit();
  expect(outcome.ok, JSON.stringify(outcome)).toBe(true);
  await on.approver.close(true);
  await on.idle();
}
