import type { DatabaseLog } from './database.ts';
import { DatabaseUnavailable } from './errors.ts';

/** Says once that the database is away, and once that it is back, however many statements fail in between. */
export interface OutageLog {
  /** A statement failed. */
  failed(error: unknown): void;
  /** A statement was answered. */
  answered(): void;
}

/** What the server refuses while it answers others: it only reads, is full, or was too slow. Ends without a word. */
const WHILE_IT_ANSWERS = /^(25006|53100|53200|53400|57014)$/;
/** How often that is said as long as it lasts. */
const AGAIN_MS = 60_000;

/**
 * @param log told of the beginning and the end; not before the first answer, since who starts says by itself that it
 *   waits
 */
export function outageLog(log: DatabaseLog): OutageLog {
  const toldAt = new Map<string, number>();
  let known = false;
  let since: number | undefined;
  let failures = 0;

  const refused = (code: string, problem: string): void => {
    const now = performance.now();
    if (now - (toldAt.get(code) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    toldAt.set(code, now);
    log.error({ code, problem }, 'The database refuses what it is asked for; trying again later');
  };

  return {
    failed(error) {
      if (!known || !(error instanceof DatabaseUnavailable)) return;
      if (WHILE_IT_ANSWERS.test(error.code)) return refused(error.code, error.message);
      failures += 1;
      if (since !== undefined) return;
      since = performance.now();
      log.error(
        { code: error.code, problem: error.message },
        'The database does not answer; trying again until it does',
      );
    },
    answered() {
      known = true;
      if (since === undefined) return;
      log.info({ ms: Math.round(performance.now() - since), failures }, 'The database answers again');
      since = undefined;
      failures = 0;
    },
  };
}
