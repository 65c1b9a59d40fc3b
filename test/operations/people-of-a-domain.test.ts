import { describe, expect, test } from 'vitest';
import { inviteUser } from '../../src/operations/invite-user.ts';
import { ssoAccess } from '../../src/operations/sso-access.ts';
import { testUsers } from '../../src/operations/test-users.ts';
import type { NameFact } from '../../src/service/facts/facts.ts';
import { ask, errors, granted, refused } from '../support/ask.ts';
import { domainFact, facts, ID } from '../support/facts.ts';

describe('test users', () => {
  const off = facts({ domain: domainFact({ state: 'SSO off' }) });

  test('are read one a line, without doubles, links unwrapped', async () => {
    const typed = 'Anna@acme.com\n\n<mailto:bert@acme.com|bert@acme.com>\r\nANNA@ACME.COM, cleo@acme.com';
    const { effects, needed, done } = granted(await ask(testUsers, off, { testUsers: typed }));
    expect(needed).toBeNull();
    expect(effects[0]).toEqual({
      type: 'testUsers.set',
      domainId: `${ID}domain`,
      emails: ['anna@acme.com', 'bert@acme.com', 'cleo@acme.com'],
    });
    expect(done.text).toBe('3 test users of acme.com can sign in by SSO while it is off.');
    expect(done.parts).toContainEqual({
      type: 'copy',
      label: 'They sign in at this address',
      value: `https://sso.example/saml/${ID}okta/login`,
    });
  });

  test('must be addresses of exactly this domain; each other line is named', async () => {
    const typed = 'anna@acme.com\nbert@mail.acme.com\ncleo@acme.com.evil.org\ndora@notacme.com';
    expect(errors(await ask(testUsers, off, { testUsers: typed })).testUsers?.split('\n')).toEqual([
      'bert@mail.acme.com is not an address of acme.com.',
      'cleo@acme.com.evil.org is not an address of acme.com.',
      'dora@notacme.com is not an address of acme.com.',
    ]);
    expect(errors(await ask(testUsers, off, { testUsers: 'anna' })).testUsers).toContain('“anna” has no @');
  });

  test('are at most 30', async () => {
    const some = (n: number) => Array.from({ length: n }, (_, i) => `u${i}@acme.com`).join('\n');
    granted(await ask(testUsers, off, { testUsers: some(30) }));
    expect(errors(await ask(testUsers, off, { testUsers: some(31) })).testUsers).toBe(
      'These are 31 addresses: a domain has at most 30 test users.',
    );
  });

  test.each(['Verified', 'SSO on'] as const)(
    'can be removed from a domain that is %s, not added',
    async (state) => {
      const read = facts({ domain: domainFact({ state, testUsers: ['anna@acme.com', 'bert@acme.com'] }) });
      for (const none of ['', null, undefined])
        expect(granted(await ask(testUsers, read, { testUsers: none })).effects[0]).toMatchObject({
          emails: [],
        });
      granted(await ask(testUsers, read, { testUsers: 'bert@acme.com' }));
      refused(await ask(testUsers, read, { testUsers: 'bert@acme.com\ncleo@acme.com' }));
    },
  );
});

describe('SSO access', () => {
  const read = facts({ domain: domainFact({ state: 'Verified' }) });

  test('is allowed and stopped without approval, and told to the channel', async () => {
    const { effects, needed } = granted(await ask(ssoAccess, read, { jit: true }));
    expect(needed).toBeNull();
    expect(effects).toEqual([
      { type: 'domains.change', changes: [{ id: `${ID}domain`, jit: true }] },
      expect.objectContaining({
        document: expect.objectContaining({
          text: `@${ID}anna allowed just-in-time provisioning for acme.com.`,
        }),
      }),
    ]);
    const allowed = facts({ domain: domainFact({ state: 'SSO on', jit: true }) });
    expect(granted(await ask(ssoAccess, allowed, { jit: false })).effects[0]).toMatchObject({
      changes: [{ jit: false }],
    });
  });

  test('that stays as it is changes nothing', async () => {
    for (const same of [false, null, undefined])
      expect(refused(await ask(ssoAccess, read, { jit: same })).text).toBe(
        'Nothing changes: new users of acme.com need an invitation before they can sign in by SSO.',
      );
  });
});

describe('an invitation', () => {
  const own = (state: 'Unverified' | 'Verified' | 'SSO on' | 'Deleting'): NameFact => ({
    name: 'acme.com',
    own: { id: `${ID}domain`, state, version: 1 },
    liveElsewhere: null,
  });
  const input = { email: ' Dora@ACME.com ', firstName: ' Dora ', lastName: 'Doe' };

  test('makes an account and a membership held through the domain', async () => {
    const read = facts({ names: [own('SSO on')] });
    const { effects, done, ready } = granted(await ask(inviteUser, read, input));
    expect(inviteUser.asks?.(ready)).toEqual({ email: 'dora@acme.com', names: ['acme.com'] });
    expect(effects[0]).toEqual({
      type: 'users.invite',
      user: {
        email: 'dora@acme.com',
        domain: 'acme.com',
        firstName: 'Dora',
        lastName: 'Doe',
        teamId: `${ID}team`,
        viaDomainId: `${ID}domain`,
      },
    });
    expect(done.text).toBe('dora@acme.com has an account now, and sign-in access to Acme.');
  });

  test('of somebody who has an account gives the membership, of a member is refused', async () => {
    const user = { id: 1, email: 'dora@acme.com', inTeam: false };
    const read = facts({ names: [own('Verified')], user });
    expect(granted(await ask(inviteUser, read, input)).done.text).toBe(
      'dora@acme.com had an account already and now has sign-in access to Acme.',
    );
    const there = facts({ names: [own('Verified')], user: { ...user, inTeam: true } });
    expect(refused(await ask(inviteUser, there, input)).text).toBe(
      'dora@acme.com is in Acme already and has sign-in access.',
    );
  });

  test.each([
    [own('Unverified'), 'acme.com is not verified yet: verify it first.', ['domain.verify']],
    [own('Deleting'), 'acme.com is being deleted, so nobody can be invited through it.', ['status']],
    [
      { name: 'acme.com', own: null, liveElsewhere: null },
      'acme.com is not a domain of Acme: add and verify it first.',
      ['domain.add'],
    ],
    [
      {
        name: 'acme.com',
        own: null,
        liveElsewhere: { teamId: `${ID}x`, teamName: 'Sales', workspaceId: `${ID}elsewhere` },
      },
      'Another team has acme.com: only its admins can invite people of it, or contact support.',
      [],
    ],
  ])('needs a domain the team has proven', async (name, words, steps) => {
    const { text, kinds } = refused(await ask(inviteUser, facts({ names: [name as NameFact] }), input));
    expect([text, kinds]).toEqual([words, steps]);
  });

  test('needs an address and both names', async () => {
    const read = facts({ names: [own('SSO on')] });
    expect(errors(await ask(inviteUser, read, { ...input, email: 'dora' })).email).toContain('no @');
    expect(errors(await ask(inviteUser, read, { ...input, firstName: ' ', lastName: undefined }))).toEqual({
      firstName: 'Write the name.',
      lastName: 'Write the name.',
    });
    expect(errors(await ask(inviteUser, read, { ...input, firstName: 'Do\u202era' })).firstName).toContain(
      'cannot be seen',
    );
  });
});
