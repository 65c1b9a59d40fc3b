import type { PersonFact } from './facts/facts.ts';

/** Who acts when nobody asked: the name that stands in the audit trail, which is no Slack id. */
export const SYSTEM: PersonFact = {
  slackId: 'Drawbridge',
  name: 'Drawbridge',
  timeZone: 'UTC',
  slackAdmin: false,
  guest: false,
  deactivated: false,
};

/** @returns whether this is the service itself rather than a person */
export function isSystem(slackId: string): boolean {
  return slackId === SYSTEM.slackId;
}
