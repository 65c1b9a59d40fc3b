import type { Facts, RequestFact } from '../../service/facts/facts.ts';
import type { Part, Step } from '../../words/document.ts';
import { counted } from '../common/counted.ts';

/**
 * Whether this person may decide on a request now: an approver, not the one who asked, not twice.
 * @param facts the person and the team
 * @param request the request
 */
export function waitsForMe({ person, team, now }: Facts, request: RequestFact): boolean {
  return (
    team?.approver === true &&
    request.status === 'Pending' &&
    now < request.deadline &&
    request.requester !== person.slackId &&
    !request.decisions.some(({ slackId }) => slackId === person.slackId)
  );
}

/**
 * A request as it stands in a list: what, who asks, why, for whom it waits, and what this person may do about it.
 * @param facts the person and the team
 * @param request the request
 */
export function requestParts(facts: Facts, request: RequestFact): Part[] {
  const { act, requester, reason, approvals, needed, deadline, status, createdAt } = request;
  const missing = needed - approvals;
  const waits: Part =
    status === 'Approved'
      ? { type: 'note', words: 'Approved; it is under way.' }
      : {
          type: 'note',
          words: [
            `Waits for ${counted(missing, 'approval')}${approvals > 0 ? `, has ${approvals}` : ''}, until `,
            { time: deadline },
            '.',
          ],
        };
  const steps = decisionSteps(facts, request);
  return [
    {
      type: 'text',
      words: [
        { bold: act },
        ', asked by ',
        { person: requester },
        ' ',
        { time: createdAt },
        ...(reason ? [`. Reason: ${reason}`] : ['.']),
      ],
    },
    waits,
    ...(steps.length > 0 ? [{ type: 'steps', steps } as const] : []),
  ];
}

function decisionSteps(facts: Facts, request: RequestFact): Step[] {
  const decide = (kind: string, label: string, style?: Step['style']): Step => ({
    label,
    go: 'decide',
    kind,
    args: { request: request.id },
    ...(style && { style }),
  });
  if (waitsForMe(facts, request))
    return [decide('approve', 'Approve', 'primary'), decide('reject', 'Reject', 'danger')];
  const mine = request.requester === facts.person.slackId && request.status === 'Pending';
  return mine ? [decide('withdraw', 'Withdraw')] : [];
}
