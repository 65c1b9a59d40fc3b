import { describe, expect, test } from 'vitest';
import { DOMAIN_STATES, type DomainState } from '../../db/schema.ts';
import { cancelDeletion } from '../../src/operations/cancel-deletion.ts';
import { deleteDomain } from '../../src/operations/delete-domain.ts';
import { linkDomains } from '../../src/operations/link-domains.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { ssoAccess } from '../../src/operations/sso-access.ts';
import { testUsers } from '../../src/operations/test-users.ts';
import { turnOff } from '../../src/operations/turn-off.ts';
import { turnOn } from '../../src/operations/turn-on.ts';
import { unlink } from '../../src/operations/unlink.ts';
import { verifyDomain } from '../../src/operations/verify-domain.ts';
import { ask, granted, refused, tools } from '../support/ask.ts';
import { domainFact, facts, ID } from '../support/facts.ts';

/** For each state: `ok`, or the words of the refusal and the kinds its buttons lead to. */
type Table = Record<DomainState, 'ok' | [text: string, ...kinds: string[]]>;

const unverified: Table['Unverified'] = [
  'acme.com is not verified yet: publish its TXT record and verify it first.',
  'domain.verify',
  'status',
];
const notLinked: Table['Verified'] = [
  'acme.com is not linked to a connection yet: link it first.',
  'domain.link',
];
const deleting: Table['Deleting'] = [
  'acme.com is being deleted: cancel the deletion to keep it.',
  'deletion.cancel',
  'status',
];
const on: Table['SSO on'] = ['SSO is on for acme.com: turn off SSO first, or contact support.', 'domain.off'];

const reason = 'Changing the provider';
// biome-ignore lint/suspicious/noExplicitAny: operations with different inputs in one table
const cases: [Operation<any, any>, input: unknown, Table][] = [
  [
    verifyDomain,
    {},
    {
      Unverified: 'ok',
      Verified: ['acme.com is verified already.', 'status'],
      'SSO off': ['acme.com is verified already.', 'status'],
      'SSO on': ['acme.com is verified already.', 'status'],
      Deleting: deleting,
    },
  ],
  [
    linkDomains,
    { domain: `${ID}domain`, connection: `${ID}okta` },
    {
      Unverified: unverified,
      Verified: 'ok',
      'SSO off': ['acme.com is linked to Okta already.', 'status'],
      'SSO on': ['acme.com is linked to Okta already, and SSO is on.', 'status'],
      Deleting: deleting,
    },
  ],
  [
    turnOn,
    { reason },
    {
      Unverified: unverified,
      Verified: notLinked,
      'SSO off': 'ok',
      'SSO on': ['SSO is on for acme.com already.', 'status'],
      Deleting: deleting,
    },
  ],
  [
    turnOff,
    { reason },
    {
      Unverified: ['SSO is not on for acme.com, which is not even verified yet.', 'status'],
      Verified: ['SSO is not on for acme.com, which is not linked to a connection.', 'status'],
      'SSO off': ['SSO is off for acme.com already.', 'status'],
      'SSO on': 'ok',
      Deleting: deleting,
    },
  ],
  [
    unlink,
    { reason },
    {
      Unverified: ['acme.com is not linked to a connection, so there is nothing to unlink.', 'status'],
      Verified: ['acme.com is not linked to a connection, so there is nothing to unlink.', 'status'],
      'SSO off': 'ok',
      'SSO on': on,
      Deleting: deleting,
    },
  ],
  [
    deleteDomain,
    { reason, confirm: 'acme.com' },
    {
      Unverified: 'ok',
      Verified: 'ok',
      'SSO off': ['acme.com is linked to Okta: unlink it first.', 'domain.unlink'],
      'SSO on': on,
      Deleting: deleting,
    },
  ],
  [
    testUsers,
    { testUsers: 'anna@acme.com' },
    {
      Unverified: unverified,
      Verified: notLinked,
      'SSO off': 'ok',
      'SSO on': [
        'SSO is on for acme.com: everyone of it signs in by SSO, so no test users can be added.',
        'status',
      ],
      Deleting: deleting,
    },
  ],
  [
    ssoAccess,
    { jit: true },
    { Unverified: unverified, Verified: 'ok', 'SSO off': 'ok', 'SSO on': 'ok', Deleting: deleting },
  ],
  [
    cancelDeletion,
    {},
    {
      Unverified: ['acme.com is not being deleted.', 'status'],
      Verified: ['acme.com is not being deleted.', 'status'],
      'SSO off': ['acme.com is not being deleted.', 'status'],
      'SSO on': ['acme.com is not being deleted.', 'status'],
      Deleting: 'ok',
    },
  ],
];

for (const [operation, input, table] of cases)
  describe(operation.kind, () => {
    for (const state of DOMAIN_STATES)
      test(`of a domain that is ${state}: ${table[state] === 'ok' ? 'goes through' : 'is refused'}`, async () => {
        const read = facts({ domain: domainFact({ state }) });
        const found = tools({ lookForProof: async () => ({ found: true }) });
        const asked = await ask(operation, read, input, { tools: found });
        const expected = table[state];
        if (expected === 'ok') {
          const { ready } = granted(asked);
          expect(operation.act(read, ready)).not.toContain(ID);
          expect(operation.about(read, ready)).toEqual({ id: `${ID}domain`, name: 'acme.com' });
          for (const line of operation.checks?.(read, ready) ?? []) expect(line).toMatch(/^[^_]*\.$/);
        } else {
          const { text, kinds } = refused(asked);
          expect([text, ...kinds]).toEqual(expected);
        }
      });
  });

test('a refusal while SSO is on names the support contact', async () => {
  const read = facts({
    domain: domainFact({ state: 'SSO on' }),
    installation: { publicUrl: 'https://sso.example', supportContact: 'help@sso.example' },
  });
  for (const operation of [unlink, deleteDomain])
    expect(
      refused(await ask<unknown, unknown>(operation as never, read, { reason, confirm: 'acme.com' })).text,
    ).toBe('SSO is on for acme.com: turn off SSO first, or contact support (help@sso.example).');
});

test('a deletion whose first batch ran offers no way back', async () => {
  const domain = domainFact({ state: 'Deleting' });
  if (domain.deletion) domain.deletion.started = true;
  const { text, kinds } = refused(await ask(turnOn, facts({ domain }), { reason }));
  expect(text).toBe('acme.com is being deleted and cannot be kept any more: add it again when it is gone.');
  expect(kinds).toEqual(['status']);
  expect(refused(await ask(cancelDeletion, facts({ domain }), {})).code).toBe('deletion-started');
});

test('a reason is asked for, and kept short', async () => {
  const read = facts({ domain: domainFact({ state: 'SSO on' }) });
  for (const wrong of [undefined, null, '', '   ', 'x'.repeat(501)]) {
    const asked = await ask(turnOff, read, { reason: wrong });
    expect('errors' in asked && asked.errors.reason).toMatch(/\.$/);
  }
  const { ready } = granted(await ask(turnOff, read, { reason: `  ${'x'.repeat(500)} \n` }));
  expect(ready.reason).toBe('x'.repeat(500));
});
