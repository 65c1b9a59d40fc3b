import { addDays, addHours, addMinutes } from 'date-fns';
import type { DomainFact } from '../../service/facts/facts.ts';
import type { Part } from '../../words/document.ts';
import type { ProofAnswer } from '../operation.ts';

/** So often, and for so long after it was added, a TXT record is looked for without anybody asking. */
const EVERY_HOURS = 1;
const FOR_DAYS = 2;

const DAY_MINUTES = 24 * 60;
/** How long to wait after a look without an answer, ever longer; in the end daily for a week. */
const BACKOFF_MINUTES = [1, 5, 30, 120, ...Array<number>(7).fill(DAY_MINUTES)];

/** What is told to somebody who has just added domains. */
export const BY_ITSELF = `Drawbridge also looks by itself, every hour for the first ${FOR_DAYS} days.`;

/**
 * @param now when a domain is added
 * @returns when its TXT record is looked for by itself first
 */
export function firstLook(now: Date): Date {
  return addHours(now, EVERY_HOURS);
}

/**
 * When to look again. No answer from DNS says nothing about the domain, so that is soon, then ever later.
 * @param answer what the look came to, short of finding the record
 * @param domain since when it is waited for, and the looks in a row that had no answer before this one
 * @param now when it was looked
 */
export function nextLook(
  answer: Exclude<ProofAnswer, { found: true }>,
  { addedAt, looks }: Pick<DomainFact, 'addedAt' | 'looks'>,
  now: Date,
): Pick<DomainFact, 'lookAt' | 'looks'> {
  const inTurn = addHours(now, EVERY_HOURS);
  const hourly = inTurn <= addDays(addedAt, FOR_DAYS) ? inTurn : null;
  if (!('unknown' in answer)) return { lookAt: hourly, looks: 0 };
  const minutes = BACKOFF_MINUTES[looks];
  const backoff = minutes === undefined ? null : addMinutes(now, minutes);
  // The hourly look is none of the backoff's own, which goes on where it was when those hours are over.
  if (hourly && (!backoff || hourly < backoff)) return { lookAt: hourly, looks };
  return { lookAt: backoff, looks: looks + 1 };
}

/** @returns the line that says when it is looked for by itself */
export function lookedAgain(lookAt: Date): Part {
  return { type: 'note', words: ['It is looked for again by itself ', { time: lookAt }, '.'] };
}
