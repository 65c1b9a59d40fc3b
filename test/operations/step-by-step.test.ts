import { describe, expect, test } from 'vitest';
import type { DomainState } from '../../db/schema.ts';
import { move } from '../../src/operations/move.ts';
import type { Reading, ReadMore } from '../../src/operations/operation.ts';
import { relink } from '../../src/operations/relink.ts';
import type { Facts } from '../../src/service/facts/facts.ts';
import { expectSaneDocument } from '../support/ask.ts';
import { connectionFact, domainFact, facts, ID } from '../support/facts.ts';

/** These readings look at the facts alone. */
const nothing = new Proxy({} as ReadMore, {
  get() {
    throw new Error('no list is needed');
  },
});

/** What a reading shows: how many steps are done, and where its buttons lead. */
async function shown(reading: Reading, read: Facts, args: Record<string, string> = {}) {
  const document = await reading.show(read, nothing, args);
  expectSaneDocument(document);
  const ticks = document.parts.flatMap((part) =>
    part.type === 'ticks' ? part.items.map(({ done }) => done) : [],
  );
  const kinds = document.parts.flatMap((part) =>
    part.type === 'steps' ? part.steps.map(({ kind }) => kind) : [],
  );
  return { document, ticks, kinds };
}

describe('relinking', () => {
  const entra = connectionFact({ id: `${ID}entra`, name: 'Entra', tested: false });
  const connections = [entra, connectionFact()];
  const at = (state: DomainState, connectionId?: string, tested = false) =>
    shown(
      relink,
      facts({
        domain: domainFact({ state, ...(connectionId ? { connectionId } : {}) }),
        connections: [{ ...entra, tested }, connectionFact()],
      }),
      { connection: entra.id },
    );

  test.each([
    ['SSO on at the old one', 'SSO on', undefined, false, 0, 'domain.off'],
    ['SSO off at the old one', 'SSO off', undefined, false, 1, 'domain.unlink'],
    ['unlinked', 'Verified', undefined, false, 2, 'domain.link'],
    ['linked to the new one', 'SSO off', entra.id, false, 3, 'connection.test'],
    ['tested', 'SSO off', entra.id, true, 4, 'domain.on'],
  ] as const)('%s: the next step is offered', async (_where, state, connectionId, tested, done, next) => {
    const { ticks, kinds } = await at(state, connectionId, tested);
    expect(ticks.filter(Boolean)).toHaveLength(done);
    expect(kinds).toEqual([next, 'domain.relink']);
  });

  test('at its end nothing is left to press', async () => {
    const { ticks, kinds, document } = await at('SSO on', entra.id, true);
    expect(ticks).toEqual([true, true, true, true, true]);
    expect(kinds).toEqual([]);
    expect(document.text).toBe('Relinking acme.com to Entra: all steps are done.');
  });

  test('the step that links names the new connection already', async () => {
    const { document } = await at('Verified');
    const [next] = document.parts.flatMap((part) => (part.type === 'steps' ? part.steps : []));
    expect(next?.args).toEqual({ domain: `${ID}domain`, connection: entra.id });
  });

  test('without a connection it asks for one of the others', async () => {
    const { document } = await shown(relink, facts({ domain: domainFact({ state: 'SSO on' }), connections }));
    expect(document.parts[1]).toMatchObject({
      type: 'list',
      items: [
        { words: 'Entra', step: { go: 'show', kind: 'domain.relink', args: { connection: entra.id } } },
      ],
    });
  });

  test('with no other connection it offers to make one', async () => {
    const { kinds } = await shown(relink, facts({ domain: domainFact({ state: 'SSO on' }) }));
    expect(kinds).toEqual(['connection.add']);
  });

  test('needs a verified domain', () => {
    const refusals = (state: DomainState) =>
      (relink.requires ?? []).flatMap(
        (requirement) =>
          requirement(facts({ domain: domainFact({ state }) }), undefined as never)?.code ?? [],
      );
    expect(refusals('Unverified')).toEqual(['unverified']);
    expect(refusals('Deleting')).toContain('deleting');
    expect(refusals('SSO on')).toEqual([]);
  });
});

describe('moving', () => {
  const workspaceTeams = [
    { id: `${ID}team`, name: 'Acme', admin: true, approver: false },
    { id: `${ID}sales`, name: 'Sales', admin: false, approver: false },
  ];
  const at = (state: DomainState) =>
    shown(move, facts({ domain: domainFact({ state }), workspaceTeams }), { otherTeam: `${ID}sales` });

  test.each([
    ['SSO on', 0, 'domain.off'],
    ['SSO off', 1, 'domain.unlink'],
    ['Verified', 2, 'domain.delete'],
    ['Deleting', 2, 'status'],
  ] as const)('%s: the next step is offered', async (state, done, next) => {
    const { ticks, kinds, document } = await at(state);
    expect(ticks).toHaveLength(5);
    expect(ticks.filter(Boolean)).toHaveLength(done);
    expect(kinds).toEqual([next, 'domain.move']);
    expect(document.parts.at(-1)).toEqual({
      type: 'note',
      words: 'When acme.com is gone from this team, an admin of Sales adds it with /sso add acme.com.',
    });
  });

  test('without a team it asks for one, never for its own', async () => {
    const { document } = await shown(
      move,
      facts({ domain: domainFact({ state: 'Verified' }), workspaceTeams }),
    );
    expect(document.parts[1]).toMatchObject({
      type: 'list',
      items: [{ words: 'Sales', step: { kind: 'domain.move', args: { otherTeam: `${ID}sales` } } }],
    });
  });

  test('with no other team it says how there can be one', async () => {
    const { kinds } = await shown(move, facts({ domain: domainFact({ state: 'Verified' }) }));
    expect(kinds).toEqual(['setup']);
  });
});

test.each([relink, move])('$kind without a domain says how to name one', async (reading) => {
  const { document } = await shown(reading, facts());
  expect(document.text).toMatch(/^Write the domain after the command/);
});
