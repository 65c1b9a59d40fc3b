import { describe, expect, test } from 'vitest';
import { settleDoubt } from '../../src/operations/settle-doubt.ts';
import type { DoubtFact } from '../../src/service/facts/facts.ts';
import { ask, granted, refused } from '../support/ask.ts';
import { domainFact, facts, ID, NOW } from '../support/facts.ts';

const doubt: DoubtFact = {
  id: 'doubt-1',
  connectionName: 'Okta',
  reason: 'address-of-another',
  email: 'anna@acme.com',
  name: 'Anna New',
  accountName: 'Anna Old',
  times: 2,
  lastAt: NOW,
};
const having = (...doubts: DoubtFact[]) => facts({ domain: domainFact({ state: 'SSO on', doubts }) });

describe('a doubtful sign-in', () => {
  test('hands the account on when it is theirs, and tells the channel', async () => {
    const { effects, needed } = granted(
      await ask(settleDoubt, having(doubt), { doubt: 'doubt-1', verdict: 'same' }),
    );
    expect(needed).toBeNull();
    expect(effects).toEqual([
      { type: 'doubts.settle', domainId: `${ID}domain`, doubtId: 'doubt-1', same: true },
      expect.objectContaining({ type: 'tell.channel' }),
    ]);
  });

  test('is taken off the list when it is not', async () => {
    const { effects } = granted(
      await ask(settleDoubt, having(doubt), { doubt: 'doubt-1', verdict: 'another' }),
    );
    expect(effects).toEqual([
      { type: 'doubts.settle', domainId: `${ID}domain`, doubtId: 'doubt-1', same: false },
    ]);
  });

  test('cannot make one account of two', async () => {
    const taken = { ...doubt, reason: 'new-address-taken' as const };
    const { text } = refused(await ask(settleDoubt, having(taken), { doubt: 'doubt-1', verdict: 'same' }));
    expect(text).toContain('change one of the two addresses at Okta');
    granted(await ask(settleDoubt, having(taken), { doubt: 'doubt-1', verdict: 'another' }));
  });

  test('is refused when nothing is in doubt, or no longer', async () => {
    expect(refused(await ask(settleDoubt, having(), { doubt: 'doubt-1', verdict: 'same' })).text).toContain(
      'No sign-in',
    );
    const gone = await ask(settleDoubt, having(doubt), { doubt: 'doubt-2', verdict: 'same' });
    expect(refused(gone).text).toContain('no longer in doubt');
  });
});
