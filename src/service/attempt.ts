import { ConstraintError } from '../../db/errors.ts';
import type { Outcome } from './service.ts';

/** What one try gave: an answer, or `stale` when the write found that what was read is no longer so. */
export type Attempt<T> = T | 'stale';

const TRIES = 3;

/**
 * Reads, decides and writes, again when somebody else was faster, three times at most.
 * A broken constraint is a race that was lost: the next read shows what is now so, and the refusal says it.
 * @param once one read, decision and write
 */
export async function attempt(once: () => Promise<Attempt<Outcome>>): Promise<Outcome> {
  let lost: ConstraintError | undefined;
  for (let n = 0; n < TRIES; n += 1) {
    try {
      const result = await once();
      if (result !== 'stale') return result;
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
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
