import { isDeepStrictEqual } from 'node:util';
import type { Refusal } from '../operations/operation.ts';
import type { AnyOperation } from './context.ts';
import type { Facts, Impact, RequestFact, TeamFact } from './facts/facts.ts';

/** Hours until a request nobody decided on expires. */
export const DEADLINE_HOURS = 24;

/**
 * @returns how many people besides the requester must approve: none where the operation never asks for it, else
 * what the team set for this kind of change, else what it set for all
 */
export function peopleNeeded(operation: AnyOperation, facts: Facts, ready: unknown): number {
  const own =
    typeof operation.approval === 'function' ? operation.approval(facts, ready) : operation.approval;
  if (own === null || !facts.team) return 0;
  const asked = facts.team.approvals[operation.kind] ?? facts.team.approvalsNeeded;
  return Math.min(asked, operation.approvalAtMost?.(facts, ready) ?? asked);
}

/** @returns those who may decide on what this person asks: never themselves */
export function eligible(team: TeamFact, requester: string): string[] {
  return team.approvers.filter((slackId) => slackId !== requester);
}

/** @returns why nobody could approve this, or null */
export function tooFewApprovers(team: TeamFact, requester: string, needed: number): Refusal | null {
  const there = eligible(team, requester).length;
  if (there >= needed) return null;
  const others =
    there === 0
      ? 'nobody but you can approve'
      : `only ${there} other ${there === 1 ? 'person' : 'people'} can approve`;
  return {
    code: 'tooFewApprovers',
    text: `This needs ${needed === 1 ? 'one approval' : `${needed} approvals`}, and ${others} in ${team.name}. Add an approver in the team's settings first.`,
    steps: [{ label: 'Open settings', go: 'open', kind: 'settings', args: { team: team.id } }],
  };
}

/**
 * Whether an approval still stands for what would run now. An impact counts as changed when it grew by more than
 * 10 % and more than 10 people, or reaches a new team.
 * @param request as it was asked
 * @param bound what it rests on now
 * @param impact whom it would touch now
 * @returns what has changed, in words, or null
 */
export function changedSince(request: RequestFact, bound: unknown, impact: Impact): string | null {
  if (!isDeepStrictEqual(request.bound, plainJson(bound))) return 'What it was asked for has changed since.';
  const before = request.impact;
  const grown = impact.people - before.people;
  if (grown > 10 && grown > before.people * 0.1) {
    return `It would now touch ${impact.people} people instead of ${before.people}.`;
  }
  if (impact.teams.some((team) => !before.teams.includes(team))) return 'It would now reach another team.';
  return null;
}

/** @returns the impact an operation has, or none */
export function impactOf(operation: AnyOperation, facts: Facts, ready: unknown): Impact {
  return operation.impact?.(facts, ready) ?? { people: 0, teams: [], lines: [] };
}

/** @returns what the approval rests on */
export function boundOf(operation: AnyOperation, facts: Facts, ready: unknown): unknown {
  return operation.boundTo?.(facts, ready) ?? null;
}

/** @returns the value as it comes back from jsonb: without undefined keys, dates as strings */
export function plainJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
