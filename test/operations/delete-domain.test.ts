import { expect, test } from 'vitest';
import { cancelDeletion } from '../../src/operations/cancel-deletion.ts';
import { deleteDomain } from '../../src/operations/delete-domain.ts';
import { retryDeletion } from '../../src/operations/retry-deletion.ts';
import { ask, effectContext, errors, granted, refused } from '../support/ask.ts';
import { domainFact, facts, ID, NOW } from '../support/facts.ts';

const reason = 'Sold to another company';
const people = { total: 500, withPassword: 100, inTeam: 400, otherTeams: [] };
const read = facts({ domain: domainFact({ state: 'Verified', people }) });

test.each(['acme.com', ' ACME.com ', 'acme . com', 'acme.com.', '@acme.com', '<http://acme.com|acme.com>'])(
  'takes %s for the name',
  async (confirm) => {
    granted(await ask(deleteDomain, read, { reason, confirm }));
  },
);

test.each(['', 'acme', 'acme.co', 'acme.com evil', 'other.com', 'acme\u200b.com'])(
  'does not take “%s” for the name, and says which to type',
  async (confirm) => {
    const { confirm: words } = errors(await ask(deleteDomain, read, { reason, confirm }));
    expect(words).toBe('This is not the domain: type acme.com to confirm.');
  },
);

test('takes an international name as people write it', async () => {
  const domain = domainFact({ state: 'Verified', name: 'xn--mnchen-3ya.de' });
  granted(await ask(deleteDomain, facts({ domain }), { reason, confirm: 'München.de' }));
});

test('a verified domain is released by a job with a card, once approved', async () => {
  const context = effectContext({ requestId: `${ID}request` });
  const { effects, needed, impact, ready } = granted(
    await ask(deleteDomain, read, { reason, confirm: 'acme.com' }, { context }),
  );
  expect(needed).toBe(1);
  expect(ready).toEqual({ reason });
  expect(impact).toEqual({
    people: 400,
    teams: [],
    lines: [
      '400 people in Acme with an address of acme.com lose the SSO identities and the memberships held through it.',
      'Accounts and passwords stay.',
      'Then any team may add acme.com.',
    ],
  });
  const id = `${ID}effect-1`;
  expect(effects).toEqual([
    { type: 'domains.change', changes: [{ id: `${ID}domain`, state: 'Deleting' }] },
    {
      type: 'deletions.start',
      deletion: {
        id,
        teamId: `${ID}team`,
        domainId: `${ID}domain`,
        domainName: 'acme.com',
        requestId: `${ID}request`,
        askedBy: `${ID}anna`,
        total: 400,
        beginsAt: new Date(NOW.getTime() + 10_000),
      },
    },
    { type: 'start.job', name: 'deletion', data: { deletion: id } },
    { type: 'tell.card', key: `deletion:${id}` },
  ]);
});

test('a domain that was never verified goes at once, without approval and without a job', async () => {
  const domain = domainFact({ state: 'Unverified' });
  const { effects, needed, done } = granted(
    await ask(deleteDomain, facts({ domain }), { reason, confirm: 'acme.com' }),
  );
  expect(needed).toBeNull();
  expect(effects.map(({ type }) => type)).toEqual(['domains.remove', 'tell.channel']);
  expect(effects[0]).toEqual({ type: 'domains.remove', ids: [`${ID}domain`] });
  expect(done.text).toBe('acme.com was deleted.');
});

test('an admin cancels a deletion that has not begun, and its card is drawn again', async () => {
  const domain = domainFact({ state: 'Deleting' });
  const { effects, needed } = granted(await ask(cancelDeletion, facts({ domain }), {}));
  expect(needed).toBeNull();
  expect(effects.slice(0, 2)).toEqual([
    { type: 'deletions.cancel', id: `${ID}deletion`, domainId: `${ID}domain`, by: `${ID}anna` },
    { type: 'tell.card', key: `deletion:${ID}deletion` },
  ]);
  // Who asked for it has cancelled it.
  expect(effects.map(({ type }) => type)).not.toContain('tell.person');
});

test('who asked for a deletion is told when another admin cancels it', async () => {
  const domain = domainFact({ state: 'Deleting' });
  const world = { context: effectContext({ askedBy: `${ID}bert` }) };
  const { effects } = granted(await ask(cancelDeletion, facts({ domain }), {}, world));
  expect(effects.at(-1)).toMatchObject({
    type: 'tell.person',
    slackId: `${ID}anna`,
    document: {
      text: `@${ID}bert cancelled the deletion of acme.com that you asked for. The domain is kept.`,
    },
  });
});

test('only a stuck deletion is retried', async () => {
  const domain = domainFact({ state: 'Deleting' });
  expect(refused(await ask(retryDeletion, facts({ domain }), {})).code).toBe('not-stuck');
  if (domain.deletion) domain.deletion.status = 'Stuck';
  const { effects } = granted(await ask(retryDeletion, facts({ domain }), {}));
  expect(effects[0]).toEqual({ type: 'start.job', name: 'deletion', data: { deletion: `${ID}deletion` } });
  expect(
    refused(await ask(retryDeletion, facts({ domain: domainFact({ state: 'Verified' }) }), {})).code,
  ).toBe('not-deleting');
});
