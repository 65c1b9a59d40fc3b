/**
 * Who waits for a turn, each with the time that was named to them: one after the other, in the order in which they
 * first asked. Moments are milliseconds that only rise.
 */
export interface Line {
  turns: Map<number, number>;
  /** The first time that was not yet named to anybody. */
  next: number;
}

/** Whoever does not come by so long after their time went another way: another process has done it, or nobody will. */
const GIVEN_UP_MS = 30_000;

export const newLine = (): Line => ({ turns: new Map(), next: 0 });

/**
 * @param ticket who asks
 * @param now the present moment
 * @param everyMs time between two turns
 * @returns whether the next turn was promised to somebody else
 */
export function someoneIsDue(line: Line, ticket: number, now: number, everyMs: number): boolean {
  const own = line.turns.get(ticket);
  if (own !== undefined) return own > now;
  forget(line, now);
  const [first] = line.turns.values();
  return first !== undefined && first <= now + everyMs;
}

/**
 * Names a time to somebody who must wait. Who has one keeps it; one that has passed without a turn being there
 * (others were served first) is put off to when there may be one.
 * @param ticket who asks
 * @param at the present moment
 * @param options the soonest time, the time between two turns, whether there is no turn for anybody now
 * @returns the time to come again
 */
export function place(
  line: Line,
  ticket: number,
  at: number,
  { soonest, everyMs, blocked }: { soonest: number; everyMs: number; blocked: boolean },
): number {
  const own = line.turns.get(ticket);
  if (own !== undefined && own > at) return own;
  // A little too early, as timers are, or a turn or two were given to others: not back to the end of the line.
  if (own !== undefined && blocked && soonest - at <= 2 * everyMs) return soonest;
  line.turns.delete(ticket);
  forget(line, at);
  const turn = Math.max(soonest, line.turns.size > 0 ? line.next : 0);
  line.turns.set(ticket, turn);
  line.next = turn + everyMs;
  return turn;
}

/** Somebody has had their turn. */
export function leave(line: Line, ticket: number): void {
  line.turns.delete(ticket);
}

/** Nobody gets a turn for a while: all times move, in their order, so that not all come at its end. */
export function standBack(line: Line, ms: number): void {
  for (const [ticket, turn] of line.turns) line.turns.set(ticket, turn + ms);
  line.next += ms;
}

/** Those who did not come stand at the front, since times only rise along the line. */
function forget(line: Line, now: number): void {
  for (const [ticket, turn] of line.turns) {
    if (turn > now - GIVEN_UP_MS) return;
    line.turns.delete(ticket);
  }
}
