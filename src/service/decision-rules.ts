import type { Refusal } from '../operations/operation.ts';
import type { Words } from '../words/document.ts';
import type { Facts, RequestFact, TeamFact } from './facts/facts.ts';
import type { What } from './understand.ts';

/** What everybody may open who may read of the team; whether they may decide is looked at by the request. */
export const DECISION: What = { kind: 'decision', right: 'member', subject: 'team' };

/** What a decision is taken on. */
export interface Decided {
  facts: Facts;
  request: RequestFact;
  team: TeamFact;
}

/** @returns why this person may not approve or reject now, or null. Whoever comes late reads who was faster. */
export function mayDecide({ facts, request, team }: Decided): Refusal | null {
  const me = facts.person.slackId;
  if (request.status !== 'Pending') return tooLate(request);
  if (facts.now >= request.deadline)
    return { code: 'expired', text: 'This request has expired. It can be asked for again.' };
  if (request.requester === me) {
    return {
      code: 'ownRequest',
      text: 'You asked for this yourself; somebody else must decide. You can withdraw it.',
    };
  }
  if (!team.approver)
    return { code: 'notApprover', text: `Only approvers of ${team.name} can decide on this.` };
  if (request.decisions.some(({ slackId }) => slackId === me)) {
    return { code: 'alreadyApproved', text: 'You have approved this already; it waits for somebody else.' };
  }
  return null;
}

/** @returns why this person may not withdraw it, or null */
export function mayWithdraw({ facts, request }: Decided): Refusal | null {
  if (request.status !== 'Pending') return tooLate(request);
  if (request.requester === facts.person.slackId) return null;
  return {
    code: 'notRequester',
    text: ['Only ', { person: request.requester }, ' can withdraw this; approvers can reject it.'],
  };
}

/** @returns why a failed request may not be tried again by this person, or null */
export function mayRetry({ request, team }: Decided): Refusal | null {
  if (request.status !== 'Failed') return tooLate(request);
  if (team.admin || team.approver) return null;
  return { code: 'noRole', text: `Only admins and approvers of ${team.name} can try this again.` };
}

function tooLate(request: RequestFact): Refusal {
  return { code: 'decided', text: outcomeWords(request) };
}

/** @returns how a request ended, or that it waits, and by whom */
export function outcomeWords(request: RequestFact): Words {
  const by = request.endedBy ? { person: request.endedBy } : null;
  switch (request.status) {
    case 'Pending':
      return 'This request still waits for approval.';
    case 'Approved':
      return by ? ['Already approved by ', by, '; it is under way.'] : 'Already approved; it is under way.';
    case 'Done':
      return by ? ['Already approved by ', by, ' and done.'] : 'Already approved and done.';
    case 'Rejected':
      return by ? ['Already rejected by ', by, '.'] : 'Already rejected.';
    case 'Withdrawn':
      return by ? ['Withdrawn by ', by, '.'] : 'Withdrawn.';
    case 'Expired':
      return 'This request has expired. It can be asked for again.';
    case 'Void':
      return 'This request is void: what it was asked for has changed. It can be asked for again.';
    case 'Failed':
      return `This failed${request.errorRef ? ` (reference ${request.errorRef})` : ''}. It can be tried again.`;
  }
}
