import { describe, expect, it } from 'vitest';
import { type Call, createBudget } from '../../src/worker/budget.ts';

/** A budget on a time of the test's own. */
function budgetAt0() {
  let now = 0;
  const budget = createBudget(() => now);
  return {
    budget,
    pass(ms: number) {
      now += ms;
    },
    /** Asks every so often and counts the turns given. */
    given(call: Call, ms: number, every = 100): number {
      let count = 0;
      for (const end = now + ms; now < end; now += every) {
        const turn = budget.turn(call);
        if (!turn.go) continue;
        turn.done();
        count += 1;
      }
      return count;
    },
  };
}

const post = (channel = 'C1'): Call => ({ workspaceId: 'T1', channel, kind: 'post', final: false });
const edit = (final = false, channel = 'C1'): Call => ({ workspaceId: 'T1', channel, kind: 'update', final });

describe('the budget', () => {
  it('lets about a post a second into a channel, after a small burst', () => {
    const { given } = budgetAt0();
    expect(given(post(), 60_000)).toBeLessThanOrEqual(65);
    expect(given(post(), 60_000)).toBeGreaterThanOrEqual(58);
  });

  it('counts each channel for itself', () => {
    const { budget, given } = budgetAt0();
    given(post('C1'), 500, 10);
    expect(budget.turn(post('C1')).go).toBe(false);
    expect(budget.turn(post('C2')).go).toBe(true);
  });

  it('stays within 40 edits a minute for a workspace, whatever its channels', () => {
    const { budget, given, pass } = budgetAt0();
    const first = given(edit(true), 60_000);
    expect(first).toBeLessThanOrEqual(40);
    expect(first).toBeGreaterThanOrEqual(38);
    while (budget.turn(edit(true)).go);
    expect(budget.turn(edit(true, 'C2')).go).toBe(false);
    expect(budget.turn({ ...edit(true), workspaceId: 'T2' }).go).toBe(true);
    pass(3_600_000);
    expect(given(edit(true), 60_000)).toBeLessThanOrEqual(40);
  });

  it('keeps turns for final states when progress uses up the rest', () => {
    const { budget, given } = budgetAt0();
    given(edit(false), 5000);
    expect(budget.turn(edit(false)).go).toBe(false);
    expect(budget.turn(edit(true)).go).toBe(true);
  });

  it('obeys Retry-After for the channel, and for the workspace where edits are limited', () => {
    const { budget, pass } = budgetAt0();
    budget.limited(post(), 30_000);
    const turn = budget.turn(post());
    expect(turn).toMatchObject({ go: false });
    expect(!turn.go && turn.waitMs).toBeGreaterThanOrEqual(30_000);
    expect(budget.turn(post('C2')).go).toBe(true);
    budget.limited(edit(), 5000);
    expect(budget.turn(edit(true, 'C3')).go).toBe(false);
    pass(30_001);
    expect(budget.turn(post()).go).toBe(true);
    expect(budget.turn(edit(true)).go).toBe(true);
  });

  it('spreads those who wait, so that they do not all come back at once', () => {
    const { budget } = budgetAt0();
    for (let i = 0; i < 5; i++) {
      const turn = budget.turn(post());
      if (turn.go) turn.done();
    }
    const waits = Array.from({ length: 10 }, () => {
      const turn = budget.turn(post());
      return turn.go ? 0 : turn.waitMs;
    });
    for (const [i, wait] of waits.entries()) {
      if (i > 0) expect(wait - (waits[i - 1] ?? 0)).toBeGreaterThanOrEqual(900);
    }
  });

  it('lets no channel that answers slowly take all places', () => {
    const { budget, pass } = budgetAt0();
    const turns = Array.from({ length: 3 }, () => budget.turn(post()));
    expect(turns.every(({ go }) => go)).toBe(true);
    pass(10_000);
    expect(budget.turn(post()).go).toBe(false);
    for (const turn of turns) if (turn.go) turn.done();
    expect(budget.turn(post()).go).toBe(true);
  });
});
