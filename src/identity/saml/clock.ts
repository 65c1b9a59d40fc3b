import { type Assertion, type Confirmation, instant } from './assertion.ts';
import { type Check, fail, pass } from './checks.ts';
import type { Expected } from './policy.ts';

/** Clocks may differ by this much. */
export const SKEW_MS = 60_000;
/** A response older than this is refused, whatever it allows itself. */
export const MAX_AGE_MS = 10 * 60_000;

const CLOCK_FIX = 'Set the clock of your identity provider by a time server (NTP).';

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
  const at = `Our clock says ${stamp(now)}.`;
  const no = (code: string, what: string, fix: string) => fail('clock', code, `${what} ${at}`, fix);
  if (!issueInstant) return no('no-issue-instant', 'The assertion does not say when it was made.', CLOCK_FIX);
  if (+issueInstant > +now + SKEW_MS) {
    return no(
      'made-later',
      `The assertion says it was made at ${stamp(issueInstant)}, which is still to come.`,
      CLOCK_FIX,
    );
  }
  if (+now - +issueInstant > MAX_AGE_MS) {
    return no(
      'too-old',
      `The assertion was made at ${stamp(issueInstant)}, more than 10 minutes ago.`,
      `Sign in again. If that does not help: ${CLOCK_FIX}`,
    );
  }
  const later = assertion.authnStatements.find(({ authnInstant }) => +(authnInstant ?? 0) > +now + SKEW_MS);
  if (later?.authnInstant) {
    const what = `The assertion says somebody signed in at ${stamp(later.authnInstant)}, which is still to come.`;
    return no('authenticated-later', what, CLOCK_FIX);
  }
  const windows = [...confirmations, ...(conditions ? [conditions] : [])];
  for (const { notBefore } of windows) {
    if (notBefore === undefined) continue;
    const from = instant(notBefore);
    if (!from) return no('unreadable-time', 'A time in the assertion cannot be read.', CLOCK_FIX);
    if (+from > +now + SKEW_MS)
      return no('not-yet-valid', `The assertion is valid only from ${stamp(from)}.`, CLOCK_FIX);
  }
  const ends = [
    ...windows.map(({ notOnOrAfter }) => notOnOrAfter),
    ...assertion.authnStatements.map(({ until }) => until),
  ].filter((end) => end !== undefined);
  for (const end of ends) {
    const until = instant(end);
    if (!until) return no('unreadable-time', 'A time in the assertion cannot be read.', CLOCK_FIX);
    if (+until <= +now - SKEW_MS) {
      return no(
        'expired',
        `The assertion was valid until ${stamp(until)}.`,
        `Sign in again. If that does not help: ${CLOCK_FIX}`,
      );
    }
  }
  if (!confirmations.every(({ notOnOrAfter }) => notOnOrAfter !== undefined)) {
    const fix = 'Let the subject confirmation carry NotOnOrAfter, as SAML 2.0 asks for.';
    return no('no-end', 'The bearer confirmation does not say until when it is valid.', fix);
  }
  return pass('clock', `Made at ${stamp(issueInstant)}, and valid now.`);
}

function stamp(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}
