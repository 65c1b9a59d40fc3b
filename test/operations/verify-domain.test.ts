import { addDays, addHours, addMinutes, subDays } from 'date-fns';
import { expect, test } from 'vitest';
import { nextLook } from '../../src/operations/common/looking.ts';
import type { ProofAnswer } from '../../src/operations/operation.ts';
import { verifyDomain } from '../../src/operations/verify-domain.ts';
import type { Facts } from '../../src/service/facts/facts.ts';
import { SYSTEM } from '../../src/service/system.ts';
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
      changes: [
        {
          id: domain.id,
          state: 'Verified',
          verifiedAt: NOW,
          checkedAt: NOW,
          checkNote: null,
          lookAt: null,
          looks: 0,
        },
      ],
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
    { type: 'note', words: ['It is looked for again by itself ', { time: addHours(NOW, 1) }, '.'] },
  ]);
  expect(refusal.steps).toEqual(again);
});

test('no record at all is said as such', async () => {
  const nothing = answering({ found: false, seen: [] });
  const { refusal } = refused(await ask(verifyDomain, facts({ domain }), {}, nothing));
  expect(refusal.parts?.at(-2)).toMatchObject({
    type: 'note',
    words: expect.stringContaining('no TXT record'),
  });
});

test('no answer is no failure: nothing changes, and why is said', async () => {
  const down = answering({ unknown: true, cause: 'the DNS servers did not answer in time' });
  const { text, code, refusal } = refused(await ask(verifyDomain, facts({ domain }), {}, down));
  expect(code).toBe('dns-unknown');
  expect(text).toBe(
    'The TXT record of acme.com could not be looked up, because the DNS servers did not answer in time: nothing has changed, and it is looked up again 2026-03-02 10:01 UTC.',
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

const OUTAGE = { unknown: true, cause: 'the DNS servers did not answer in time' } as const;

test('without an answer it is looked again after 1, 5, 30 minutes, 2 hours, then daily for a week', () => {
  let at = NOW;
  let domain = { addedAt: subDays(NOW, 10), looks: 0 };
  const waits: number[] = [];
  for (;;) {
    const { lookAt, looks } = nextLook(OUTAGE, domain, at);
    if (lookAt === null) break;
    waits.push((lookAt.getTime() - at.getTime()) / 60_000);
    domain = { ...domain, looks };
    at = lookAt;
  }
  expect(waits).toEqual([1, 5, 30, 120, ...Array(7).fill(1440)]);
});

test('in its first two days it is looked every hour at the latest, which takes nothing from the days after', () => {
  const addedAt = NOW;
  expect(nextLook(OUTAGE, { addedAt, looks: 2 }, NOW)).toEqual({ lookAt: addMinutes(NOW, 30), looks: 3 });
  expect(nextLook(OUTAGE, { addedAt, looks: 3 }, NOW)).toEqual({ lookAt: addHours(NOW, 1), looks: 3 });
  expect(nextLook(OUTAGE, { addedAt, looks: 3 }, addDays(NOW, 2))).toEqual({
    lookAt: addHours(addDays(NOW, 2), 2),
    looks: 4,
  });
  const none = { found: false as const, seen: [] };
  expect(nextLook(none, { addedAt, looks: 3 }, NOW)).toEqual({ lookAt: addHours(NOW, 1), looks: 0 });
  expect(nextLook(none, { addedAt, looks: 3 }, addDays(NOW, 2))).toEqual({ lookAt: null, looks: 0 });
});

test('a person begins the waiting anew; the service itself goes on with it', async () => {
  const waited = domainFact({ addedAt: subDays(NOW, 10), looks: 3 });
  const looks = async (person: Partial<Facts>) => {
    const prepared = await verifyDomain.prepare?.(
      facts({ domain: waited, ...person }),
      {},
      answering(OUTAGE).tools,
    );
    return prepared && 'noted' in prepared ? prepared.noted : undefined;
  };
  const changed = (lookAt: Date, count: number) => [
    { type: 'domains.change', changes: [expect.objectContaining({ lookAt, looks: count })] },
  ];
  expect(await looks({})).toEqual(changed(addMinutes(NOW, 1), 1));
  expect(await looks({ person: SYSTEM })).toEqual(changed(addHours(NOW, 2), 4));
});

test('found by itself: the channel reads that nobody had to ask', () => {
  const effects = verifyDomain.effects(facts({ domain }), {}, effectContext({ askedBy: SYSTEM.slackId }));
  expect(effects.at(-1)).toMatchObject({
    type: 'tell.channel',
    document: { text: 'The TXT record of acme.com was found: it is verified.' },
  });
});
