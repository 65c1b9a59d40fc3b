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

/** Somebody who has not asked before. */
let ticket = 0;
const post = (channel = 'C1'): Call => ({
  workspaceId: 'T1',
  channel,
  kind: 'post',
  final: false,
  ticket: ticket++,
});
const edit = (final = false, channel = 'C1'): Call => ({ ...post(channel), kind: 'update', final });

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
    const asked = post();
    budget.limited(asked, 30_000);
    const turn = budget.turn(asked);
    expect(turn).toMatchObject({ go: false });
    expect(!turn.go && turn.waitMs).toBeGreaterThanOrEqual(30_000);
    expect(budget.turn(post('C2')).go).toBe(true);
    const other = edit(true, 'C3');
    budget.limited(edit(), 5000);
    expect(budget.turn(other).go).toBe(false);
    pass(30_001);
    expect(budget.turn(asked).go).toBe(true);
    expect(budget.turn(other).go).toBe(true);
  });

  it('serves those who wait in the order in which they came, each asking a few times', () => {
    const { budget, pass } = budgetAt0();
    budget.limited(post(), 20_000);
    const waiting = new Map(Array.from({ length: 300 }, () => [post(), 0] as [Call, number]));
    const served: Call[] = [];
    let asked = 0;
    for (let at = 0; served.length < waiting.size; at += 250) {
      for (const [call, due] of waiting) {
        if (due > at || served.includes(call)) continue;
        asked += 1;
        const turn = budget.turn(call);
        if (!turn.go) {
          waiting.set(call, at + turn.waitMs);
          continue;
        }
        turn.done();
        served.push(call);
      }
      // Somebody new does not get what was promised to others.
      expect(budget.turn(post()).go).toBe(false);
      pass(250);
      expect(at).toBeLessThan(1_300_000);
    }
    expect(served).toEqual([...waiting.keys()]);
    expect(asked).toBeLessThanOrEqual(3 * waiting.size);
  });

  it('moves the whole line when Slack limits the channel, rather than letting all come at its end', () => {
    const { budget, pass } = budgetAt0();
    budget.limited(post(), 1000);
    const waiting = Array.from({ length: 60 }, () => post());
    for (const call of waiting) budget.turn(call);
    pass(500);
    budget.limited(post(), 60_000);
    const waits = waiting.map((call) => {
      const turn = budget.turn(call);
      return turn.go ? 0 : turn.waitMs;
    });
    for (const [i, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(60_000);
      if (i > 0) expect(wait - (waits[i - 1] ?? 0)).toBeGreaterThanOrEqual(900);
    }
  });

  it('leaves a workspace alone in which nothing answers, and lets one call at a time find out', () => {
    const { budget, pass } = budgetAt0();
    const fail = (channel: string) => {
      const call = post(channel);
      const turn = budget.turn(call);
      if (!turn.go) return false;
      budget.unreachable(call);
      turn.done();
      return true;
    };
    // One channel alone may have trouble of its own.
    for (let i = 0; i < 4; i++) expect(fail('C1')).toBe(true);
    expect(budget.turn(post('C2')).go).toBe(true);
    expect(fail('C3')).toBe(true);
    expect(fail('C4')).toBe(true);
    expect(fail('C5')).toBe(false);
    expect(budget.turn({ ...post('C5'), workspaceId: 'T2' }).go).toBe(true);
    let tried = 0;
    for (let ms = 0; ms < 3_600_000; ms += 1000) {
      for (const channel of ['C6', 'C7', 'C8', 'C9']) if (fail(channel)) tried += 1;
      pass(1000);
    }
    expect(tried).toBeLessThan(300);
    pass(15_000);
    const probe = budget.turn(post('C6'));
    expect(probe.go).toBe(true);
    expect(budget.turn(post('C7')).go).toBe(false);
    budget.reached(post('C6'));
    if (probe.go) probe.done();
    for (const channel of ['C7', 'C8', 'C9']) expect(budget.turn(post(channel)).go).toBe(true);
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
    const fourth = post();
    expect(budget.turn(fourth).go).toBe(false);
    for (const turn of turns) if (turn.go) turn.done();
    pass(250);
    expect(budget.turn(fourth).go).toBe(true);
  });

  it('is not asked again and again by all who wait for a channel that answers slowly', () => {
    const { budget, pass } = budgetAt0();
    for (let i = 0; i < 3; i++) budget.turn(post());
    const due = new Map(Array.from({ length: 100 }, () => [post(), 0] as [Call, number]));
    let asked = 0;
    for (let at = 0; at < 10_000; at += 50) {
      for (const [call, when] of due) {
        if (when > at) continue;
        const turn = budget.turn(call);
        expect(turn.go).toBe(false);
        if (!turn.go) due.set(call, at + turn.waitMs);
        asked += 1;
      }
      pass(50);
    }
    expect(asked).toBeLessThan(400);
  });
});
