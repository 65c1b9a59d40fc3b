import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { samePerson } from '../../src/service/sign-in/same-person.ts';
import type { IdpUser } from '../../src/workspace/idp/idp.ts';
import { setUpTeam, startWholeBot, type WholeBot } from '../support/drawbridge.ts';
import { httpBrowser } from '../support/http-browser.ts';
import { seedDomain } from '../support/seed.ts';
import { seedConnectionTo, seedUser } from '../support/sign-in.ts';
import { wordsOf } from '../support/slack-person.ts';

const bound = { email: 'anna@acme.com', nameId: 'anna@acme.com', firstName: 'Anna', lastName: 'Ade' };
const berg = {
  emailKey: 'anna.berg@acme.com',
  nameId: 'anna.berg@acme.com',
  firstName: 'Anna',
  lastName: 'Berg',
  objectGuid: 'guid-1',
};
const bert = {
  ...berg,
  emailKey: 'bert@acme.com',
  nameId: 'bert@acme.com',
  firstName: 'Bert',
  lastName: 'Ade',
};
const alone = { othersBound: false, addressTaken: false };
const others = { othersBound: true, addressTaken: false };
const taken = { othersBound: true, addressTaken: true };

describe('whether somebody is who was bound to the objectGUID', () => {
  test.each<[string, boolean, Parameters<typeof samePerson>[1], Parameters<typeof samePerson>[2]]>([
    ['nothing has changed', true, { ...berg, ...bound, emailKey: bound.email }, alone],
    ['married, and the NameID stays', true, { ...berg, nameId: bound.nameId }, alone],
    ['all new but the address (a transient NameID)', true, { ...bert, emailKey: bound.email }, alone],
    ['a new address, which is the NameID too', true, { ...berg, lastName: ' ADE ' }, alone],
    ['the same, and another account has it', true, { ...berg, lastName: 'Ade' }, taken],
    ['married, the NameID is the address, others have objectGUIDs of their own', true, berg, others],
    ['the same, and nobody else has come yet: it may be one for everybody', false, berg, alone],
    ['the same, and another account has the address', false, berg, taken],
    ['another person of the same last name', false, bert, others],
    ['another person', false, { ...bert, lastName: 'Berg' }, others],
  ])('%s: %s', (_, same, came, around) => {
    expect(samePerson(bound, came, around)).toBe(same);
  });

  test('a NameID that is the objectGUID is no second witness', () => {
    const shared = { ...bound, nameId: 'guid-1' };
    expect(samePerson(shared, { ...bert, lastName: 'Berg', nameId: 'guid-1' }, others)).toBe(false);
    expect(samePerson(shared, { ...berg, nameId: 'guid-1' }, others)).toBe(true);
  });

  test('missing names are not the same name', () => {
    const nameless = { ...bound, firstName: '', lastName: '' };
    expect(samePerson(nameless, { ...bert, firstName: '', lastName: '' }, others)).toBe(false);
  });
});

describe('an identity provider that sends one objectGUID for everybody', () => {
  let on: WholeBot;
  let login: string;
  beforeAll(async () => {
    on = await startWholeBot();
    await setUpTeam(on);
    const [team] = await on.db.query<{ id: string }>(sql`select id from teams`);
    const teamId = team?.id ?? '';
    const connection = await seedConnectionTo(on.db, teamId, on.idp, 'Acme IdP');
    await seedDomain(on.db, teamId, 'acme.test', 'SSO on', connection);
    await on.db.query(sql`update domains set jit = true`);
    await seedUser(on.db, 'carl@acme.test', { teamId });
    login = `${on.url}/saml/${connection}/login`;
  });
  afterAll(() => on.stop());

  const person = (firstName: string, lastName = 'Ade'): IdpUser => ({
    email: `${firstName.toLowerCase()}@acme.test`,
    firstName,
    lastName,
    objectGUID: 'constant',
  });
  const signIn = (user: IdpUser) => httpBrowser(on.url).sso(login, on.idp, { user, now: on.clock.now() });
  const emails = async () =>
    (await on.db.query<{ email: string }>(sql`select email from users order by email`)).map(
      (row) => row.email,
    );

  it('makes the second person not the first, whether they have an account or not, and tells the admins once', async () => {
    expect((await signIn(person('Anna'))).title).toBe('You are signed in');
    for (const name of ['Bert', 'Carl', 'Bert']) {
      const page = await signIn(person(name));
      expect(page.status).toBe(403);
      expect(page.html).toContain('objectGUID that Acme IdP sent for you belongs to somebody else');
      expect(page.html).toMatch(/ask one of them: .+/);
      // The first goes on as ever, which does not settle it.
      const first = await signIn(person('Anna'));
      expect(first.title).toBe('You are signed in');
      expect(first.html).toContain('anna@acme.test');
    }
    expect(await emails()).toEqual(['anna@acme.test', 'carl@acme.test']);
    await on.idle();
    const told = on.admin.direct().filter((message) => wordsOf(message).includes('objectGUID of their own'));
    expect(told).toHaveLength(1);
    const shown = wordsOf({ blocks: [(await on.admin.command('/sso users acme.test')).ack] });
    expect(shown).toContain('with the objectGUID of Anna Ade and nothing else of theirs');
  });

  it('lets somebody in who is known by more, and takes their new address', async () => {
    const married = { ...person('Anna', 'Berg'), email: 'anna.berg@acme.test', nameId: 'anna@acme.test' };
    const page = await signIn(married);
    expect(page.title).toBe('You are signed in');
    expect(await emails()).toEqual(['anna.berg@acme.test', 'carl@acme.test']);
  });

  it('lets an admin say that it is the same person', async () => {
    const changed = { ...person('Zoe', 'Zorn'), email: 'zoe@acme.test' };
    expect((await signIn(changed)).status).toBe(403);
    await on.admin.command('/sso users acme.test');
    await on.admin.click('Say whose account');
    await on.admin.modal('Doubtful sign-in');
    expect(await on.admin.submit({ 'Whose account is it?': 'same' })).not.toHaveProperty('errors');
    await on.admin.close(true);
    expect((await signIn(changed)).title).toBe('You are signed in');
    expect(await emails()).toEqual(['carl@acme.test', 'zoe@acme.test']);
    expect((await signIn({ ...person('Anna', 'Berg'), email: 'anna.berg@acme.test' })).status).toBe(403);
  });
});
