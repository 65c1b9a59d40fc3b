import { expect, test } from 'vitest';
import type { ProofAnswer } from '../../src/operations/operation.ts';
import { verifyDomain } from '../../src/operations/verify-domain.ts';
import { ask, effectContext, granted, refused, tools } from '../support/ask.ts';
import { domainFact, facts, ID, NOW } from '../support/facts.ts';

const domain = domainFact();
const answering = (answer: ProofAnswer) => ({ tools: tools({ lookForProof: async () => answer }) });
const record = [
  { type: 'copy', label: 'Name of the TXT record', value: '_drawbridge-challenge.acme.com' },
  { type: 'copy', label: 'Value of the TXT record', value: `drawbridge-verification=${domain.token}` },
];
const again = [
  { label: 'Check again', go: 'do', kind: 'domain.verify', args: { domain: domain.id }, style: 'primary' },
];

test('found: Verified at once, losers and the channel are told', async () => {
  const asked: string[][] = [];
  const world = {
    tools: tools({
      async lookForProof(...args) {
        asked.push(args);
        return { found: true };
      },
    }),
  };
  const { effects, needed, done } = granted(await ask(verifyDomain, facts({ domain }), {}, world));
  expect(asked).toEqual([['acme.com', domain.token]]);
  expect(needed).toBeNull();
  expect(effects).toEqual([
    {
      type: 'domains.change',
      changes: [{ id: domain.id, state: 'Verified', verifiedAt: NOW, checkedAt: NOW, checkNote: null }],
    },
    { type: 'domains.tellLosers', name: 'acme.com', exceptDomainId: domain.id },
    expect.objectContaining({ type: 'tell.channel', teamId: `${ID}team` }),
  ]);
  expect(done.text).toBe('acme.com is verified. Link it to a connection next.');
});

test('the next step is a connection where there is none to link to', () => {
  const ready = {};
  const next = (read: Parameters<typeof verifyDomain.done>[0]) =>
    verifyDomain
      .done(read, ready)
      .parts.flatMap((part) => (part.type === 'steps' ? part.steps[0]?.kind : []));
  expect(next(facts({ domain }))).toEqual(['domain.link']);
  expect(next(facts({ domain, connections: [] }))).toEqual(['connection.add']);
  expect(verifyDomain.effects(facts({ domain, connections: [] }), ready, effectContext())).toHaveLength(3);
});

test('not found: the record to copy, what was seen instead, and another try', async () => {
  const seen = answering({ found: false, seen: ['drawbridge-verification=old', 'v=spf1 <!channel>'] });
  const { text, refusal } = refused(await ask(verifyDomain, facts({ domain }), {}, seen));
  expect(text).toBe(
    'The TXT record of acme.com was not found: publish this one in its DNS, then check again.',
  );
  expect(refusal.parts).toEqual([
    ...record,
    {
      type: 'list',
      items: [
        { words: ['Seen instead: ', { code: 'drawbridge-verification=old' }] },
        { words: ['Seen instead: ', { code: 'v=spf1 <!channel>' }] },
      ],
    },
  ]);
  expect(refusal.steps).toEqual(again);
});

test('no record at all is said as such', async () => {
  const nothing = answering({ found: false, seen: [] });
  const { refusal } = refused(await ask(verifyDomain, facts({ domain }), {}, nothing));
  expect(refusal.parts?.at(-1)).toMatchObject({ type: 'note' });
});

test('no answer is no failure: nothing changes, and why is said', async () => {
  const down = answering({ unknown: true, cause: 'the DNS servers did not answer in time' });
  const { text, code, refusal } = refused(await ask(verifyDomain, facts({ domain }), {}, down));
  expect(code).toBe('dns-unknown');
  expect(text).toBe(
    'The TXT record of acme.com could not be looked up, because the DNS servers did not answer in time: nothing has changed, check again in a few minutes.',
  );
  expect(refusal.parts).toEqual(record);
  expect(refusal.steps).toEqual(again);
});

test('a name that another team proved in the meantime is refused before DNS is asked', async () => {
  const liveElsewhere = { teamId: `${ID}sales`, teamName: 'Sales', workspaceId: `${ID}elsewhere` };
  const never = tools({
    lookForProof: async () => {
      throw new Error('must not be asked');
    },
  });
  const read = facts({ domain: domainFact({ liveElsewhere }) });
  const { text, kinds } = refused(await ask(verifyDomain, read, {}, { tools: never }));
  expect(text).toBe('Another team has acme.com verified: ask its admins to move it, or contact support.');
  expect(kinds).toEqual(['domain.delete']);
});
