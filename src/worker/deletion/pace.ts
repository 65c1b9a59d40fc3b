import type { Database } from '../../../db/database.ts';

/** How many people the next batch releases, and how long the job rests before it. */
export interface Pace {
  size(): number;
  /**
   * @param released how many the batch released
   * @param ms how long it took
   * @returns how long to rest
   */
  after(released: number, ms: number): number;
}

interface Engine {
  /** So long a batch should take. */
  aimMs: number;
  /** The largest batch. */
  most: number;
  /** So much of the time that a batch took is rested after it. */
  rest: number;
}

/**
 * On a server only whoever wants the very rows of a batch waits for it, and everybody else has other connections: no
 * rest, and batches that take a moment. More people in one would not fit into its working memory (4 MB as servers
 * are installed), which is slower. The embedded database has one session, in the process that answers people: short
 * batches, and as long again for everybody else.
 */
const ENGINES: Record<Database['engine'], Engine> = {
  postgres: { aimMs: 100, most: 20_000, rest: 0 },
  pglite: { aimMs: 25, most: 2000, rest: 1 },
};
const FIRST = 2000;
const LEAST = 200;
/** The next batch is at most so many times larger. */
const GROWTH = 4;

/**
 * @param engine what the people are stored in
 * @param fixed the size of every batch and the rest after it, where they are given
 * @returns a pace that begins with small batches and finds the size that takes as long as one should
 */
export function createPace(engine: Database['engine'], fixed: { batch?: number; pauseMs?: number }): Pace {
  const { aimMs, most, rest } = ENGINES[engine];
  let size = fixed.batch ?? FIRST;
  return {
    size: () => size,
    after(released, ms) {
      // A batch that was not full says nothing about a full one.
      if (fixed.batch === undefined && released === size) {
        const wanted = Math.min((size * aimMs) / Math.max(ms, 1), size * GROWTH);
        size = Math.round(Math.min(Math.max(wanted, LEAST), most));
      }
      return fixed.pauseMs ?? ms * rest;
    },
  };
}
