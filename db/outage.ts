import type { DatabaseLog } from './database.ts';
import { DatabaseUnavailable } from './errors.ts';

/** Says once that the database is away, and once that it is back, however many statements fail in between. */
export interface OutageLog {
  /** A statement failed. */
  failed(error: unknown): void;
  /** A statement was answered. */
  answered(): void;
}

/**
 * @param log told of the beginning and the end; not before the first answer, since who starts says by itself that it
 *   waits
 */
export function outageLog(log: DatabaseLog): OutageLog {
  let known = false;
  let since: number | undefined;
  let failures = 0;
  return {
    failed(error) {
      if (!known || !(error instanceof DatabaseUnavailable)) return;
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
