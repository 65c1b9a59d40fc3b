import { addMinutes } from 'date-fns';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { MailError, type Mailer } from '../identity/mail.ts';
import { SealBroken } from '../secrets.ts';
import { type Stationery, writeLetter } from '../service/sign-in/letters.ts';
import type { LetterNotice } from './outbox-row.ts';
import type { Delivery } from './relay.ts';

/** How long a mail server may be away before a mail is given up; a letter with an end of its own ends by that. */
const PATIENCE_MINUTES = 24 * 60;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Sends what waits in the outbox to be mailed. A server that is away is waited for; an address that it refuses is
 * given up, so that it does not keep others waiting.
 * @returns the function that delivers one row
 */
export function createLetters(
  options: Stationery & { mailer: Mailer; clock: Clock; log: Logger },
): (notice: LetterNotice) => Promise<Delivery> {
  const { mailer, clock, log } = options;
  return async ({ id, payload, createdAt }) => {
    const now = clock.now();
    const end =
      payload.letter === 'password-reset' ? new Date(payload.until) : addMinutes(createdAt, PATIENCE_MINUTES);
    if (now >= end) return { type: 'dropped', problem: 'it could not be sent in time' };
    try {
      await mailer.send(writeLetter(payload, options));
      return { type: 'sent' };
    } catch (error) {
      if (error instanceof SealBroken) return { type: 'dropped', problem: 'its secret does not open' };
      if (!(error instanceof MailError)) throw error;
      if (error.refused || !mailer.ready) {
        log.warn({ outbox: id, reason: error.message }, 'A mail was refused for good');
        return { type: 'dropped', problem: error.message };
      }
      const waited = now.getTime() - createdAt.getTime();
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waited));
      log.warn({ outbox: id, reason: error.message, waitMs }, 'A mail could not be sent; it is tried again');
      return { type: 'later', waitMs };
    }
  };
}
