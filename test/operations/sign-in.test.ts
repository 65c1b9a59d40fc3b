import { describe, expect, test } from 'vitest';
import { turnOff } from '../../src/operations/turn-off.ts';
import { turnOn } from '../../src/operations/turn-on.ts';
import { unlink } from '../../src/operations/unlink.ts';
import { ask, effectContext, expectSaneDocument, granted, refused } from '../support/ask.ts';
import { connectionFact, domainFact, facts, ID } from '../support/facts.ts';

const reason = 'Changing the provider';
const people = {
  total: 1240,
  withPassword: 1200,
  inTeam: 1000,
  otherTeams: [
    { teamId: `${ID}sales`, name: 'Sales', people: 12 },
    { teamId: `${ID}lab`, name: 'Lab', people: 1 },
  ],
};

describe('turning off', () => {
  const read = facts({ domain: domainFact({ state: 'SSO on', people }) });

  test('tells in numbers whom it touches, other teams by name', async () => {
    const { impact, needed } = granted(await ask(turnOff, read, { reason }));
    expect(impact).toEqual({
      people: 1240,
      teams: [`${ID}sales`, `${ID}lab`],
      lines: [
        '1,240 people sign in by SSO today.',
        '1,200 people have a password and go back to it.',
        '40 people have no password and must create one, by “FORGOT?” on the sign-in page.',
        'Other teams have people of this domain too: Sales (12 people) and Lab (1 person).',
      ],
    });
    expect(needed).toBe(1);
  });

  test('speaks of one person as of one, and of none as of none', async () => {
    const lines = async (over: Partial<typeof people>) => {
      const domain = domainFact({ state: 'SSO on', people: { ...people, otherTeams: [], ...over } });
      return granted(await ask(turnOff, facts({ domain }), { reason })).impact?.lines;
    };
    expect(await lines({ total: 1, withPassword: 1 })).toEqual([
      '1 person signs in by SSO today.',
      '1 person has a password and goes back to it.',
      '0 people have no password and must create one, by “FORGOT?” on the sign-in page.',
    ]);
    expect(await lines({ total: 0, withPassword: 0 })).toEqual([
      'Nobody has an account with an address of acme.com yet.',
    ]);
  });

  test('shows the same numbers before it asks for the reason', () => {
    const shown = turnOff.preview?.(read);
    if (!shown) throw new Error('no preview');
    expectSaneDocument(shown);
    expect(shown.text).toContain('1,240 people sign in by SSO today.');
    expect(shown.parts.find(({ type }) => type === 'list')).toMatchObject({ items: { length: 4 } });
  });

  test('has test users removed first, with a button for it', async () => {
    const domain = domainFact({ state: 'SSO on', testUsers: ['anna@acme.com', 'bert@acme.com'] });
    const { text, refusal } = refused(await ask(turnOff, facts({ domain }), { reason }));
    expect(text).toBe('acme.com still has 2 test users: remove them first.');
    expect(refusal.steps).toEqual([
      { label: 'Remove test users', go: 'open', kind: 'domain.testers', args: { domain: `${ID}domain` } },
    ]);
  });

  test('changes the state and tells the channel why, unless an approval does', async () => {
    const change = { type: 'domains.change', changes: [{ id: `${ID}domain`, state: 'SSO off' }] };
    const { effects, ready } = granted(await ask(turnOff, read, { reason }));
    const counting = (requestId: string | null) => ({
      type: 'turnOffs.add',
      turnOff: {
        id: expect.any(String),
        teamId: `${ID}team`,
        domainId: `${ID}domain`,
        requestId,
        mail: false,
      },
    });
    expect(effects).toEqual([
      change,
      counting(null),
      {
        type: 'tell.channel',
        teamId: `${ID}team`,
        document: expect.objectContaining({
          text: `@${ID}anna turned off SSO for acme.com. Reason: ${reason}`,
        }),
      },
    ]);
    expect(turnOff.effects(read, ready, effectContext({ requestId: `${ID}request` }))).toEqual([
      change,
      counting(`${ID}request`),
    ]);
  });

  test('writes to everyone where that was chosen, and says so before', async () => {
    const { effects, impact } = granted(await ask(turnOff, read, { reason, mail: true }));
    const [added, job] = effects.slice(1);
    expect(added).toMatchObject({ type: 'turnOffs.add', turnOff: { mail: true } });
    expect(job).toEqual({
      type: 'start.job',
      name: 'turn-off-mail',
      data: { turnOff: (added as { turnOff: { id: string } }).turnOff.id },
    });
    expect(impact?.lines.at(-1)).toBe('All of them get a mail that says how.');
  });

  test('offers mail, chosen beforehand, only where mail can be sent', () => {
    const field = turnOff.fields.find(({ name }) => name === 'mail');
    const able = facts({
      domain: domainFact({ state: 'SSO on' }),
      installation: { publicUrl: 'https://sso.example', supportContact: null, mail: true },
    });
    expect(field?.when?.(able)).toBe(true);
    expect(field?.type === 'check' && field.initial?.(able)).toBe(true);
    expect(field?.when?.(read)).toBe(false);
  });

  test('rests on the state and the connection alone', () => {
    const bound = (over: object) =>
      turnOff.boundTo?.(facts({ domain: domainFact({ state: 'SSO on', ...over }) }), { reason, mail: true });
    expect(bound({ version: 7, people })).toEqual(bound({}));
    expect(bound({ connectionId: `${ID}other` })).not.toEqual(bound({}));
  });
});

describe('turning on', () => {
  const domain = domainFact({ state: 'SSO off', people });

  test('tells whose password stops working and who is left out', async () => {
    const asked = granted(await ask(turnOn, facts({ domain }), { reason }));
    expect(asked.impact).toEqual({
      people: 1240,
      teams: [`${ID}sales`, `${ID}lab`],
      lines: [
        '1,240 people will sign in by SSO only.',
        '1,200 people have a password, which stops working at once.',
        '240 people are not in the team Acme: they cannot sign in until they are invited.',
        'Other teams have people of this domain too: Sales (12 people) and Lab (1 person).',
      ],
    });
    expect(asked.effects[0]).toEqual({
      type: 'domains.change',
      changes: [{ id: `${ID}domain`, state: 'SSO on' }],
    });
    const jit = granted(await ask(turnOn, facts({ domain: { ...domain, jit: true } }), { reason }));
    expect(jit.impact?.lines[2]).toBe(
      '240 people are not in the team Acme: SSO lets them in with their first sign-in.',
    );
  });

  test('says on the card what was checked', () => {
    expect(turnOn.checks?.(facts({ domain }), { reason })).toEqual([
      'acme.com is linked to Okta.',
      'Okta passed a test sign-in with its present configuration.',
    ]);
  });

  test('needs a test sign-in with the present configuration, and offers it', async () => {
    const untested = (testedAt: Date | null) =>
      facts({ domain, connections: [connectionFact({ tested: false, testedAt })] });
    const never = refused(await ask(turnOn, untested(null), { reason }));
    expect(never.text).toBe('Okta has not been tested yet: test it first, so that nobody is locked out.');
    expect(never.refusal.steps).toEqual([
      { label: 'Test sign-in', go: 'do', kind: 'connection.test', args: { connection: `${ID}okta` } },
    ]);
    const changed = refused(await ask(turnOn, untested(new Date(0)), { reason }));
    expect(changed.text).toBe(
      'Okta has changed since its last test sign-in: test it first, so that nobody is locked out.',
    );
  });

  test('rests on the configuration that was tested', () => {
    const bound = (configHash: string) =>
      turnOn.boundTo?.(facts({ domain, connections: [connectionFact({ configHash })] }), { reason });
    expect(bound('one')).not.toEqual(bound('two'));
  });
});

test('unlinking takes the connection away and keeps the domain', async () => {
  const domain = domainFact({ state: 'SSO off', people, testUsers: ['anna@acme.com'] });
  const { effects, impact, needed } = granted(await ask(unlink, facts({ domain }), { reason }));
  expect(effects[0]).toEqual({
    type: 'domains.change',
    changes: [{ id: `${ID}domain`, state: 'Verified', connectionId: null }],
  });
  expect(impact).toMatchObject({ people: 1, teams: [] });
  expect(impact?.lines).toContain('1 test user can no longer sign in by SSO until it is linked again.');
  expect(needed).toBe(1);
});
