import { expect, test } from 'vitest';
import { linkDomains } from '../../src/operations/link-domains.ts';
import { ask, errors, granted, refused } from '../support/ask.ts';
import { connectionFact, domainFact, facts, ID } from '../support/facts.ts';

const domain = domainFact({ state: 'Verified' });
const second = domainFact({ state: 'Verified', id: `${ID}second`, name: 'acme.org' });
const shown = (read: ReturnType<typeof facts>) =>
  linkDomains.fields.filter(({ when }) => when?.(read) ?? true).map(({ label }) => label);

test('asks for a domain and a connection, or for several domains of a connection', () => {
  expect(shown(facts({ domain }))).toEqual(['Domain', 'Connection']);
  expect(shown(facts())).toEqual(['Domain', 'Connection']);
  expect(shown(facts({ connection: connectionFact() }))).toEqual(['Domains', 'Connection']);
  expect(shown(facts({ domain, connection: connectionFact() }))).toEqual(['Domain', 'Connection']);
});

test('one domain: linked at once, SSO off, told to the channel', async () => {
  const asked = granted(
    await ask(linkDomains, facts({ domain }), { domain: domain.id, connection: `${ID}okta` }),
  );
  expect(asked.needed).toBeNull();
  expect(asked.effects).toEqual([
    {
      type: 'domains.change',
      changes: [{ id: domain.id, state: 'SSO off', connectionId: `${ID}okta` }],
    },
    expect.objectContaining({ type: 'tell.channel' }),
  ]);
  expect(asked.done.text).toBe('acme.com is linked to Okta. SSO stays off until you turn it on.');
});

test('several domains in one change', async () => {
  const read = facts({ domains: [domain, second], connection: connectionFact() });
  const input = { domains: [domain.id, second.id, domain.id], connection: `${ID}okta` };
  const { effects, ready, done } = granted(await ask(linkDomains, read, input));
  expect(effects[0]).toMatchObject({ changes: [{ id: domain.id }, { id: second.id }] });
  expect(linkDomains.act(read, ready)).toBe('Link acme.com and acme.org to Okta');
  expect(linkDomains.about(read, ready)).toEqual({ id: `${ID}okta`, name: 'Okta' });
  expect(linkDomains.asks?.(ready)).toEqual({
    domainIds: [domain.id, second.id],
    connectionId: `${ID}okta`,
  });
  expect(done.text).toBe('2 domains are linked to Okta. SSO stays off until you turn it on.');
});

test('one of several that cannot be linked stops all', async () => {
  const read = facts({ domains: [domain, { ...second, state: 'Unverified' }] });
  const { text } = refused(
    await ask(linkDomains, read, { domains: [domain.id, second.id], connection: `${ID}okta` }),
  );
  expect(text).toBe('acme.org is not verified yet: publish its TXT record and verify it first.');
});

test('ids that are not the team’s are refused', async () => {
  const one = { domain: domain.id, connection: `${ID}foreign` };
  expect(refused(await ask(linkDomains, facts({ domain }), one)).code).toBe('connection-gone');
  const other = { domains: [domain.id, `${ID}foreign`], connection: `${ID}okta` };
  expect(refused(await ask(linkDomains, facts({ domain }), other)).code).toBe('domain-gone');
});

test('without a connection the first step is to make one', async () => {
  const read = facts({ domain, connections: [] });
  const { kinds } = refused(await ask(linkDomains, read, { domain: domain.id, connection: `${ID}okta` }));
  expect(kinds).toEqual(['connection.add']);
});

test('what is not chosen is asked for under its field', async () => {
  expect(errors(await ask(linkDomains, facts({ domain }), { domain: null, connection: null }))).toEqual({
    domain: 'Choose a verified domain.',
    connection: 'Choose a connection.',
  });
  expect(errors(await ask(linkDomains, facts(), { domains: [], connection: `${ID}okta` }))).toEqual({
    domains: 'Choose a verified domain.',
  });
});

test('the step after linking is a test sign-in until the connection passed one', async () => {
  const kinds = async (tested: boolean) => {
    const read = facts({ domain, connections: [connectionFact({ tested })] });
    const { done } = granted(await ask(linkDomains, read, { domain: domain.id, connection: `${ID}okta` }));
    return done.parts.flatMap((part) => (part.type === 'steps' ? part.steps.map(({ kind }) => kind) : []));
  };
  expect(await kinds(true)).toEqual(['domain.on', 'domain.testers']);
  expect(await kinds(false)).toEqual(['connection.test', 'domain.testers']);
});
