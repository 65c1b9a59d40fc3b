import { describe, expect, test } from 'vitest';
import { decideSso } from '../../src/service/sign-in/sso-decision.ts';
import type { SsoAccount, SsoDomain, SsoFacts } from '../../src/service/sign-in/sso-facts.ts';

const domain: SsoDomain = {
  id: 'd',
  name: 'acme.com',
  state: 'SSO on',
  jit: true,
  version: 1,
  teamId: 't',
  teamName: 'Acme',
  workspaceId: 'w',
  testUser: false,
  admins: [],
};
const anna: SsoAccount = { id: 1, email: 'anna@acme.com', domain: 'acme.com', inTeam: true };
const bound = { ...anna, nameId: 'anna', recognised: true };
const bert: SsoAccount = { id: 2, email: 'bert@acme.com', domain: 'acme.com', inTeam: true };
const outside = { ...anna, inTeam: false };
const noJit = { ...domain, jit: false };
const off = { ...domain, state: 'SSO off' as const };

/** What is known → what becomes of it: who signs in, whether they join, whether the account gets the address. */
const CASES: [name: string, Partial<SsoFacts>, string][] = [
  ['signed with what was removed meanwhile', { trusted: false }, 'refused: certificate-removed'],
  ['nobody known', {}, 'new account, joins'],
  ['nobody known, no provisioning', { domain: noJit }, 'refused: no-account'],
  ['known by subject', { bySubject: bound, byAddress: { ...anna, taken: false } }, 'account 1'],
  ['known by subject, new address', { bySubject: bound }, 'account 1, takes the address'],
  [
    'known by subject, outside',
    { bySubject: { ...bound, inTeam: false }, byAddress: { ...outside, taken: false } },
    'account 1, joins',
  ],
  [
    'known by subject, outside, no provisioning',
    { domain: noJit, bySubject: { ...bound, inTeam: false } },
    'refused: not-in-team',
  ],
  ['known by address', { byAddress: { ...anna, taken: false } }, 'account 1'],
  ['known by address, no provisioning', { domain: noJit, byAddress: { ...anna, taken: false } }, 'account 1'],
  [
    'known by address, outside, no provisioning',
    { domain: noJit, byAddress: { ...outside, taken: false } },
    'refused: not-in-team',
  ],
  ['address of another', { byAddress: { ...anna, taken: true } }, 'refused: doubtful address-of-another 1'],
  [
    'address of another, no provisioning',
    { domain: noJit, byAddress: { ...anna, taken: true } },
    'refused: doubtful address-of-another 1',
  ],
  [
    'known, with the address of another',
    { bySubject: bound, byAddress: { ...bert, taken: true } },
    'account 1, doubt new-address-taken 2',
  ],
  [
    'known, with the address of somebody unbound',
    { bySubject: bound, byAddress: { ...bert, taken: false } },
    'account 1, doubt new-address-taken 2',
  ],
  [
    'known by a subject that nothing else speaks for',
    { bySubject: { ...bound, recognised: false } },
    'refused: doubtful subject-of-another 1',
  ],
  [
    'the same, with an account of their own',
    { bySubject: { ...bound, recognised: false }, byAddress: { ...bert, taken: false } },
    'refused: doubtful subject-of-another 1',
  ],
  ['not linked', { domain: null, bySubject: bound }, 'refused: not-linked'],
  ['off', { domain: off, bySubject: bound }, 'refused: sso-off'],
  [
    'off, test user',
    { domain: { ...off, testUser: true }, bySubject: bound, byAddress: { ...anna, taken: false } },
    'account 1',
  ],
  [
    'off, test user, new, no provisioning',
    { domain: { ...off, testUser: true, jit: false } },
    'refused: no-account',
  ],
];

function words(facts: SsoFacts): string {
  const decision = decideSso(facts);
  const doubt =
    'doubt' in decision && decision.doubt ? `${decision.doubt.reason} ${decision.doubt.userId}` : '';
  if (decision.type === 'refused') return `refused: ${decision.reason}${doubt && ` ${doubt}`}`;
  return [
    decision.account ? `account ${decision.account.id}` : 'new account',
    ...(decision.join ? ['joins'] : []),
    ...(decision.takeAddress ? ['takes the address'] : []),
    ...(doubt ? [`doubt ${doubt}`] : []),
  ].join(', ');
}

describe('whose account a sign-in is for', () => {
  test.each(CASES)('%s', (_name, given, expected) => {
    const known = { domain, bySubject: null, lapsed: null, byAddress: null, listed: false, trusted: true };
    expect(words({ ...known, ...given })).toBe(expected);
  });
});
