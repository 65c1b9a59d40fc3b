import { describe, expect, test } from 'vitest';
import { nextSteps } from '../../src/operations/common/next-steps.ts';
import { withoutIssuers } from '../../src/operations/connections/certificates.ts';
import { home } from '../../src/operations/home.ts';
import { overview } from '../../src/operations/overview.ts';
import { requests } from '../../src/operations/requests.ts';
import { status } from '../../src/operations/status.ts';
import { users } from '../../src/operations/users.ts';
import type { Facts } from '../../src/service/facts/facts.ts';
import type { DomainRow, Lists } from '../../src/service/lists/lists.ts';
import { documentBlocks } from '../../src/slack/blocks.ts';
import { LIMITS } from '../../src/slack/limits.ts';
import type { Document, Step } from '../../src/words/document.ts';
import { expectSaneStep } from '../support/ask.ts';
import { connectionFact, domainFact, facts, ID, requestFact, teamFact } from '../support/facts.ts';

const HOSTILE = '<!channel> <@U0EVIL> *bold* <https://evil.example|free> `code` _x_ & "quotes"';
const STATES = ['Unverified', 'Verified', 'SSO off', 'SSO on', 'Deleting'] as const;

/** Lists that give the same rows whatever is asked, as full as a page gets. */
function full(name: string): Lists {
  const domains: DomainRow[] = Array.from({ length: 10 }, (_, n) => ({
    id: `${ID}d${n}`,
    name: `${name}${n}.test`,
    state: STATES[n % STATES.length] as DomainRow['state'],
    connectionId: n % 5 === 2 || n % 5 === 3 ? `${ID}okta` : null,
    connectionName: n % 5 === 2 || n % 5 === 3 ? HOSTILE : null,
    people: 12_345,
  }));
  const waiting = Array.from({ length: 10 }, (_, n) =>
    requestFact({
      id: `${ID}r${n}`,
      requester: `${ID}bert`,
      act: `Turn off SSO for ${name}`,
      reason: HOSTILE,
    }),
  );
  const none = async () => ({ rows: [] });
  return {
    domains: none,
    users: async () => ({
      rows: Array.from({ length: 10 }, (_, n) => ({
        email: `${'x'.repeat(60)}${n}@${name}.test`,
        firstName: HOSTILE,
        lastName: HOSTILE,
        hasPassword: n % 2 === 0,
        hasIdentity: n % 3 === 0,
        viaDomain: true,
        signedInAt: new Date(0),
      })),
      next: 'next',
    }),
    requests: async () => ({ rows: waiting, next: 'next' }),
    history: async () => ({ rows: [], name: null }),
    overview: async () => ({
      domains: { rows: domains, next: 'next' },
      requests: { rows: waiting, next: 'next' },
    }),
    lastTest: async () => null,
    // biome-ignore lint/correctness/useYield: nothing to give
    async *historyCsv() {
      throw new Error('no export here');
    },
  };
}

const stepsOf = (document: Document): Step[] =>
  document.parts.flatMap((part) =>
    part.type === 'steps'
      ? part.steps
      : part.type === 'list'
        ? part.items.flatMap(({ step }) => step ?? [])
        : [],
  );

const decider = (over: Partial<Facts> = {}): Facts =>
  facts({
    team: teamFact({ approver: true, name: HOSTILE }),
    connections: Array.from({ length: 25 }, (_, n) =>
      connectionFact({ id: `${ID}c${n}`, name: HOSTILE.slice(0, 58) + n, tested: n % 2 === 0 }),
    ),
    ...over,
  });

describe('the fullest screens, with hostile words', () => {
  const long = 'y'.repeat(240);

  test('overview and requests fit a message, Home fits a view; each button leads somewhere', async () => {
    const lists = full(long);
    for (const [reading, most] of [
      [overview, LIMITS.messageBlocks],
      [requests, LIMITS.messageBlocks],
      [home, LIMITS.viewBlocks],
    ] as const) {
      const document = await reading.show(decider(), lists, {});
      for (const step of stepsOf(document).filter(({ go }) => go !== 'decide'))
        expectSaneStep({ ...step, label: step.label.slice(0, 75) });
      expect(documentBlocks(document).length, reading.kind).toBeLessThanOrEqual(most);
      expect(document.text).not.toContain(ID);
    }
  });

  test('a domain and its users fit a message in every state', async () => {
    for (const state of STATES) {
      const domain = domainFact({
        name: `${long}.test`,
        state,
        checkNote: HOSTILE,
        checkedAt: new Date(0),
        testUsers: ['a@b.c'],
        people: {
          total: 9,
          withPassword: 4,
          inTeam: 8,
          otherTeams: Array.from({ length: 20 }, (_, n) => ({ teamId: `${n}`, name: HOSTILE, people: n })),
        },
      });
      const open = [requestFact({ requester: `${ID}bert`, reason: HOSTILE })];
      for (const reading of [status, users]) {
        const document = await reading.show(decider({ domain, open }), full(long), {});
        expect(documentBlocks(document).length).toBeLessThanOrEqual(LIMITS.messageBlocks);
        expect(document.text).toMatch(/^y+\.test: ./);
      }
    }
  });

  test('a connection with five certificates fits a message', async () => {
    const [one] = connectionFact().certificates;
    if (!one) throw new Error('no certificate');
    const connection = connectionFact({
      name: HOSTILE.slice(0, 60),
      certificates: Array.from({ length: 5 }, (_, n) => ({
        ...one,
        id: `${ID}${n}`,
        subject: HOSTILE.repeat(3),
      })),
      domains: Array.from({ length: 20 }, (_, n) => ({ id: `${n}`, name: `${long}${n}`, state: 'SSO on' })),
      domainCount: 900,
      ssoOn: { domains: 900, people: 100_000, otherTeams: [] },
    });
    const document = await status.show(facts({ connection }), full(long), {});
    expect(documentBlocks(document).length).toBeLessThanOrEqual(LIMITS.messageBlocks);
    expect(JSON.stringify(document)).toContain('890 further domains');
  });
});

describe('the next steps of a domain', () => {
  const first = (state: (typeof STATES)[number], over = {}, connections = [connectionFact()]) =>
    nextSteps({ ...domainFact({ state }), ...over }, connections).map(({ kind }) => kind);

  test('lead along the way, the first one on', () => {
    expect(first('Unverified')[0]).toBe('domain.verify');
    expect(first('Verified')[0]).toBe('domain.link');
    expect(first('Verified', {}, [])[0]).toBe('connection.add');
    expect(first('SSO off')[0]).toBe('domain.on');
    expect(first('SSO off', {}, [connectionFact({ tested: false })])[0]).toBe('connection.test');
    expect(first('SSO on')[0]).toBe('domain.off');
  });

  test('offer nothing that would be refused', () => {
    expect(first('SSO on')).not.toContain('domain.unlink');
    expect(first('SSO on')).not.toContain('domain.delete');
    expect(first('SSO off')).not.toContain('domain.delete');
    const taken = { liveElsewhere: { teamId: 't', teamName: 'T', workspaceId: 'W' } };
    expect(first('Unverified', taken)).toEqual(['domain.delete']);
  });

  test('let a deletion be cancelled until it began, and retried when it is stuck', () => {
    const deletion = domainFact({ state: 'Deleting' }).deletion;
    expect(first('Deleting')).toEqual(['status', 'deletion.cancel']);
    expect(first('Deleting', { deletion: { ...deletion, started: true } })).toEqual(['status']);
    expect(first('Deleting', { deletion: { ...deletion, started: true, status: 'Stuck' } })).toEqual([
      'status',
      'deletion.retry',
    ]);
  });
});

test('status of a deletion shows its figures, a bar and Refresh to everyone', async () => {
  const domain = domainFact({ state: 'Deleting' });
  const deletion = {
    ...domain.deletion,
    total: 1200,
    released: 300,
    started: true,
  } as typeof domain.deletion;
  const looking = facts({ team: teamFact({ admin: false }), domain: { ...domain, deletion } });
  const document = await status.show(looking, full('a'), {});
  expect(document.parts).toContainEqual({
    type: 'progress',
    done: 300,
    total: 1200,
    words: '300 of 1,200 people released',
  });
  expect(stepsOf(document).map(({ label }) => label)).toEqual(['Refresh']);
});

test('of a bundle only what signs is taken: no certificate that issued another one in it', () => {
  const named = (subject: string, issuer: string) =>
    ({ subject, issuer }) as Parameters<typeof withoutIssuers>[0][0];
  const leaf = named('CN=leaf', 'CN=intermediate');
  const chain = [leaf, named('CN=intermediate', 'CN=root'), named('CN=root', 'CN=root')];
  expect(withoutIssuers(chain)).toEqual({ signing: [leaf], leftOut: 2 });
  const twins = [named('CN=idp', 'CN=idp'), named('CN=idp', 'CN=idp')];
  expect(withoutIssuers(twins)).toEqual({ signing: twins, leftOut: 0 });
});
