import { ConstraintError, DatabaseError } from '../../db/errors.ts';
import type { Outcome } from './service.ts';

/** What one try gave: an answer, or `stale` when the write found that what was read is no longer so. */
export type Attempt<T> = T | 'stale';

const TRIES = 3;
/** Deadlock and serialization failure: PostgreSQL let the other one win, and asks for another try. */
const LET_GO = new Set(['40P01', '40001']);

/**
 * Reads, decides and writes, again when somebody else was faster, three times at most.
 * A broken constraint is a race that was lost: the next read shows what is now so, and the refusal says it.
 * @param once one read, decision and write
 */
export async function attempt(once: () => Promise<Attempt<Outcome>>): Promise<Outcome> {
  let lost: DatabaseError | undefined;
  for (let n = 0; n < TRIES; n += 1) {
    try {
      const result = await once();
      if (result !== 'stale') return result;
    } catch (error) {
      if (!isLostRace(error)) throw error;
      lost = error;
    }
  }
  // A constraint broken three times over, with fresh facts each time, is no race but a bug: let it be seen.
  if (lost) throw lost;
  return {
    type: 'refused',
    refusal: { code: 'busy', text: 'Others are changing the same thing at this moment. Try again.' },
  };
}

/** @returns whether somebody else was faster, so that all of it is to be done once more */
export function isLostRace(error: unknown): error is DatabaseError {
  return error instanceof ConstraintError || (error instanceof DatabaseError && LET_GO.has(error.code));
}
