import { strings } from '../../words/pages.ts';
import { type Assertion, type Confirmation, instant } from './assertion.ts';
import { type Check, fail, pass } from './checks.ts';
import type { Expected } from './policy.ts';

/** Clocks may differ by this much. */
export const SKEW_MS = 60_000;
/** A response older than this is refused, whatever it allows itself. */
export const MAX_AGE_MS = 10 * 60_000;

const words = strings.checks.clock;

/**
 * Checks every moment in it against our clock, with a minute's grace, and that it is not older than ten minutes.
 * @param assertion as signed
 * @param confirmations those for us
 * @param expected what it must agree with
 * @returns the check
 */
export function checkClock(
  assertion: Assertion,
  confirmations: readonly Confirmation[],
  { now }: Expected,
): Check {
  const { issueInstant, conditions } = assertion;
  const no = (code: string, what: string, fix: string) =>
    fail('clock', code, words.ours(what, stamp(now)), fix);
  if (!issueInstant) return no('no-issue-instant', words.noInstant, words.fix);
  if (+issueInstant > +now + SKEW_MS) {
    return no('made-later', words.madeLater(stamp(issueInstant)), words.fix);
  }
  if (+now - +issueInstant > MAX_AGE_MS) {
    return no('too-old', words.tooOld(stamp(issueInstant)), words.again);
  }
  const later = assertion.authnStatements.find(({ authnInstant }) => +(authnInstant ?? 0) > +now + SKEW_MS);
  if (later?.authnInstant) {
    return no('authenticated-later', words.authenticatedLater(stamp(later.authnInstant)), words.fix);
  }
  const windows = [...confirmations, ...(conditions ? [conditions] : [])];
  for (const { notBefore } of windows) {
    if (notBefore === undefined) continue;
    const from = instant(notBefore);
    if (!from) return no('unreadable-time', words.unreadable, words.fix);
    if (+from > +now + SKEW_MS) return no('not-yet-valid', words.notYet(stamp(from)), words.fix);
  }
  const ends = [
    ...windows.map(({ notOnOrAfter }) => ({ end: notOnOrAfter, grace: SKEW_MS })),
    // A session that has ended by our clock would begin and be over: better said than done.
    ...assertion.authnStatements.map(({ until }) => ({ end: until, grace: 0 })),
  ];
  for (const { end, grace } of ends) {
    if (end === undefined) continue;
    const until = instant(end);
    if (!until) return no('unreadable-time', words.unreadable, words.fix);
    if (+until <= +now - grace) {
      return no('expired', words.expired(stamp(until)), words.again);
    }
  }
  if (!confirmations.every(({ notOnOrAfter }) => notOnOrAfter !== undefined)) {
    return no('no-end', words.noEnd, words.carryEnd);
  }
  return pass('clock', words.right(stamp(issueInstant)));
}

function stamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
