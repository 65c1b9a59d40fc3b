import type { Refusal, Requirement } from '../operations/operation.ts';
import type { Facts } from './facts/facts.ts';

/**
 * @param requirements of one operation, which all take its own input
 * @returns the first that is not met, or null
 */
export function unmet(requirements: Requirement<never>[], facts: Facts, ready: unknown): Refusal | null {
  for (const requirement of requirements) {
    const refusal = requirement(facts, ready as never);
    if (refusal) return refusal;
  }
  return null;
}

/** @returns a refusal that points to the open request for the same thing, or null */
export function alreadyAsked(facts: Facts, kind: string, subjectId: string): Refusal | null {
  const first = facts.open.find((request) => request.kind === kind && request.subjectId === subjectId);
  if (!first || !facts.team) return null;
  return {
    code: 'alreadyAsked',
    text: [
      { person: first.requester },
      first.status === 'Approved'
        ? ` already asked for this, and it is running: ${first.act}.`
        : ` already asked for this: ${first.act}. It waits for approval until `,
      ...(first.status === 'Approved' ? [] : [{ time: first.deadline }, '.']),
    ],
    steps: [{ label: 'Show requests', go: 'show', kind: 'requests', args: { team: facts.team.id } }],
  };
}
