import { describe, expect, it } from 'vitest';
import { REQUEST_STATUSES, type RequestStatus } from '../../db/schema.ts';
import type { DeletionFact, RequestFact } from '../../src/service/facts/facts.ts';
import type { CardFacts } from '../../src/service/service.ts';
import { deletionCard } from '../../src/slack/cards/deletion.ts';
import { requestCard } from '../../src/slack/cards/request.ts';
import { HOSTILE, LONG, LONG_DOMAIN } from '../support/hostile.ts';
import { wordsOf } from '../support/slack-person.ts';
import { expectMessage } from './inert.ts';

const NOW = new Date('2026-03-02T10:00:00Z');

function request(status: RequestStatus, words = 'We change our identity provider'): RequestFact {
  const decided = status !== 'Pending' && status !== 'Withdrawn' && status !== 'Expired';
  return {
    id: 'r1',
    teamId: 't1',
    kind: 'domain.off',
    subjectId: 'd1',
    subjectName: LONG_DOMAIN,
    act: `Turn off SSO for ${words}`,
    checks: [words, 'It is linked to Okta.'],
    input: {},
    bound: {},
    impact: { people: 3, teams: [], lines: [words, '3 people sign in by SSO today.'] },
    reason: words,
    requester: 'U0ADMIN001',
    needed: 2,
    approvals: status === 'Pending' ? 1 : 2,
    status,
    note: words,
    endedBy: 'U0APPROVE1',
    errorRef: status === 'Failed' ? 'ABC12345' : null,
    version: 1,
    createdAt: NOW,
    deadline: NOW,
    endedAt: decided ? NOW : null,
    decisions: [
      {
        slackId: 'U0APPROVE1',
        verdict: status === 'Rejected' ? 'reject' : 'approve',
        comment: words,
        decidedAt: NOW,
      },
    ],
  };
}

function requestFacts(status: RequestStatus, words?: string, approvers = ['U0APPROVE1']): RequestCardFacts {
  const fact = request(status, words);
  return {
    type: 'request',
    workspaceId: 'T1',
    teamId: 't1',
    channelId: 'C1',
    teamName: words ?? 'Acme',
    request: fact,
    approvers,
    act: fact.act,
    checks: fact.checks,
  };
}
type RequestCardFacts = Extract<CardFacts, { type: 'request' }>;

function labels(blocks: unknown): string[] {
  return [
    ...JSON.stringify(blocks).matchAll(
      /"type":"button","action_id":"[^"]+","text":{"type":"plain_text","text":"([^"]+)"/g,
    ),
  ].map(([, label]) => label as string);
}

describe.each(REQUEST_STATUSES)('the approval card, %s', (status) => {
  it.each([...HOSTILE, LONG, LONG_DOMAIN].map((words) => [words.slice(0, 30), words]))(
    'keeps the limits with %j',
    (_, words) => {
      expectMessage(
        requestCard(
          requestFacts(
            status,
            words,
            Array.from({ length: 300 }, (_, i) => `U${i}`),
          ),
        ),
      );
    },
  );

  it('names the status, who asks, why, and who decided', () => {
    const { blocks, text } = requestCard(requestFacts(status));
    const words = wordsOf({ blocks });
    expect(words).toContain(status);
    expect(words).toContain('We change our identity provider');
    expect(words).toContain('3 people sign in by SSO today.');
    expect(words).toContain('It is linked to Okta.');
    expect(JSON.stringify(blocks)).toContain('"user_id":"U0ADMIN001"');
    expect(JSON.stringify(blocks)).toContain('"user_id":"U0APPROVE1"');
    expect(text).toContain('Turn off SSO for');
  });

  it('has buttons only for what can be pressed', () => {
    const found = labels(requestCard(requestFacts(status)).blocks);
    if (status === 'Pending') {
      expect(found).toEqual([
        expect.stringMatching(/^Approve/),
        expect.stringMatching(/^Reject/),
        expect.stringMatching(/^Withdraw/),
      ]);
    } else expect(found).toEqual(status === 'Failed' ? ['Try again'] : []);
  });
});

describe('the approval card', () => {
  it('says by when, in the reader’s zone, how many have approved, and that nobody is left to', () => {
    const { blocks } = requestCard(requestFacts('Pending'));
    expect(wordsOf({ blocks })).toContain('Pending, 1 of 2 approvals');
    expect(JSON.stringify(blocks)).toContain(`"timestamp":${NOW.getTime() / 1000}`);
    expect(wordsOf(requestCard(requestFacts('Pending', undefined, [])))).toContain('nobody any more');
  });

  it('says of an expired one that it was not approved, for somebody may have approved it who was not enough', () => {
    const words = wordsOf(requestCard(requestFacts('Expired')));
    expect(words).toContain('It was not approved in time, so nothing was changed.');
    expect(words).toContain('Approved by');
  });

  it('gives the reference of a failure', () => {
    expect(wordsOf(requestCard(requestFacts('Failed')))).toContain('ABC12345');
  });
});

function deletionFacts(over: Partial<DeletionFact>, domainName = 'acme.com', teamName = 'Acme') {
  const deletion: DeletionFact = {
    id: 'x1',
    requestId: null,
    status: 'Running',
    total: 100_000,
    released: 12_000,
    problem: null,
    started: true,
    askedBy: 'U0ADMIN',
    beginsAt: NOW,
    movedAt: NOW,
    ...over,
  };
  const ids = { workspaceId: 'T1', teamId: 't1', channelId: 'C1', domainId: 'd1' };
  return { type: 'deletion' as const, ...ids, teamName, domainName, deletion };
}

describe.each(['Running', 'Stuck', 'Cancelled', 'Done'] as const)('the deletion card, %s', (status) => {
  it.each([...HOSTILE, LONG, LONG_DOMAIN].map((words) => [words.slice(0, 30), words]))(
    'keeps the limits with %j',
    (_, words) => {
      expectMessage(deletionCard(deletionFacts({ status, problem: words }, words, words)));
    },
  );
});

describe('the deletion card', () => {
  it('tells progress in words and as a bar', () => {
    const words = wordsOf(deletionCard(deletionFacts({})));
    expect(words).toContain('Deleting acme.com');
    expect(words).toContain('12 % – 12,000 of 100,000');
    expect(words).toContain('▓▓░');
    expect(labels(deletionCard(deletionFacts({})).blocks)).toEqual([]);
  });

  it('can be cancelled until the first batch ran', () => {
    const card = deletionCard(deletionFacts({ started: false, released: 0 }));
    expect(labels(card.blocks)).toEqual(['Cancel deletion']);
    expect(JSON.stringify(card.blocks)).toContain('do:deletion.cancel');
  });

  it('says why it is stuck and offers Retry', () => {
    const card = deletionCard(deletionFacts({ status: 'Stuck', problem: 'The database is full.' }));
    expect(wordsOf(card)).toContain('The database is full.');
    expect(labels(card.blocks)).toEqual(['Retry']);
  });

  it('says the end in the words that people look for', () => {
    expect(wordsOf(deletionCard(deletionFacts({ status: 'Done' })))).toContain('acme.com was deleted');
  });
});
