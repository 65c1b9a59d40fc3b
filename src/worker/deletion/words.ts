import { formatDistanceStrict } from 'date-fns';
import { DatabaseError, DatabaseUnavailable } from '../../../db/errors.ts';
import { type Document, say } from '../../words/document.ts';
import type { Deletion } from './read.ts';

/** The statement took longer than the database lets it. */
const QUERY_CANCELED = '57014';

/** @returns "1 person", "2,000 people" */
function peopleWords(count: number): string {
  return count === 1 ? '1 person' : `${count.toLocaleString('en')} people`;
}

/**
 * @param people how many will be released
 * @returns what the card's thread says when the first batch runs
 */
export function beganWords(people: number): Document {
  if (people === 0) return say('Begun. Nobody signs in through this domain, so it will be gone in a moment.');
  return say(
    `Begun. ${peopleWords(people)} will be released: single sign-on and the team access they have through the domain end. Their accounts and passwords stay. It can no longer be cancelled.`,
  );
}

/** What the card's thread says at the end. */
export function endedWords({ startedAt }: Deletion, now: Date): Document {
  return say(
    `Finished after ${formatDistanceStrict(startedAt, now)}: everyone was released and the name is free. Any team may add it now.`,
  );
}

/** What the person who asked reads at the end. */
export function doneWords({ domainName }: Deletion, released: number): Document {
  const whom =
    released === 0
      ? 'Nobody had to be released.'
      : `${peopleWords(released)} ${released === 1 ? 'was' : 'were'} released; accounts and passwords stay.`;
  return say([{ bold: domainName }, ` was deleted. ${whom} Any team may add it now.`]);
}

/** What the person who asked reads when it does not go on by itself. */
export function stuckWords({ id, domainId, domainName }: Deletion, problem: string): Document {
  return say(
    [
      'Deleting ',
      { bold: domainName },
      ` is stuck. ${problem} Nothing is lost; it goes on from where it stopped.`,
    ],
    [{ label: 'Retry', go: 'do', kind: 'deletion.retry', args: { domain: domainId, deletion: id } }],
  );
}

/**
 * @param error what made a batch fail
 * @param reference what finds the error in the log
 * @returns why, in a sentence for the team
 */
export function problemWords(error: unknown, reference: string): string {
  if (error instanceof DatabaseUnavailable) return 'The database did not answer.';
  if (error instanceof DatabaseError && error.code === QUERY_CANCELED)
    return `The database took too long (reference ${reference}).`;
  if (error instanceof DatabaseError)
    return `The database refused to release some people (reference ${reference}).`;
  return `Something unexpected happened (reference ${reference}).`;
}
