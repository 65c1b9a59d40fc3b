import type { RequestFact } from '../../service/facts/facts.ts';
import type { CardFacts } from '../../service/service.ts';
import type { Document, ListItem, Part, Step, Words } from '../../words/document.ts';
import { type Message, message } from '../blocks.ts';
import { shorten } from '../inert.ts';

type RequestCard = Extract<CardFacts, { type: 'request' }>;

/** So many approvers are named; each of them gets a direct message besides. */
const NAMED = 20;

/**
 * The approval card: one function from what is so to what is shown, at every moment of a request.
 * @param facts the request and where it stands
 * @returns the message; buttons only while something can be pressed
 */
export function requestCard(facts: RequestCard): Message {
  return message(requestDocument(facts));
}

/** The card as words. */
function requestDocument(facts: RequestCard): Document {
  const { request, act } = facts;
  const [headline, ...more] = outcome(request);
  return {
    text: `${TITLES[request.status]}: ${shorten(act, 300)}. Team ${shorten(facts.teamName, 80)}.`,
    parts: [
      { type: 'heading', text: `${TITLES[request.status]}: ${act}` },
      ...(headline ? [headline] : []),
      { type: 'fields', rows: rows(facts) },
      ...lines(request.status === 'Done' ? 'What it did' : 'What it will do', request.impact.lines),
      ...lines('What was checked', facts.checks),
      ...more,
      ...buttons(request),
    ],
  };
}

const TITLES: Record<RequestFact['status'], string> = {
  Pending: 'Approval needed',
  Approved: 'Approved, running',
  Done: 'Done',
  Failed: 'Failed',
  Rejected: 'Rejected',
  Withdrawn: 'Withdrawn',
  Expired: 'Expired',
  Void: 'Void',
};

function rows({ request, approvers, teamName, afterTurnOff }: RequestCard): [string, Words][] {
  const pending = request.status === 'Pending';
  return [
    ['Status', status(request)],
    ['Team', teamName],
    ['Asked by', [{ person: request.requester }, ', ', { time: request.createdAt }]],
    ['Why', request.reason ?? 'No reason was given.'],
    ...(pending ? [['Approvers', mentions(approvers)] as [string, Words]] : []),
    ...(pending ? [['Open until', { time: request.deadline }] as [string, Words]] : []),
    ...request.decisions.map(decision),
    ...afterwards(afterTurnOff ?? null),
  ];
}

/** How the people of a domain whose SSO was turned off are getting on. */
function afterwards(after: (RequestCard['afterTurnOff'] & object) | null): [string, Words][] {
  if (!after || after.people === 0) return [];
  const { withPassword, people, mail } = after;
  const of = `${count(withPassword)} of ${count(people)} have a password again.`;
  if (!mail) return [['Passwords', of]];
  return [
    ['Passwords', of],
    [
      'Mail',
      mail.ended
        ? `${count(mail.sent)} ${mail.sent === 1 ? 'person was' : 'people were'} written to.`
        : `${count(mail.sent)} of ${count(people)} written to so far.`,
    ],
  ];
}

function count(n: number): string {
  return n.toLocaleString('en');
}

function status({ status, needed, approvals }: RequestFact): string {
  if (status !== 'Pending') return status;
  return `Pending, ${approvals} of ${needed} ${needed === 1 ? 'approval' : 'approvals'}`;
}

function mentions(people: string[]): Words {
  if (people.length === 0) return 'nobody any more: an admin can name approvers with /sso settings';
  const named = people.slice(0, NAMED).flatMap((person, i) => (i === 0 ? [{ person }] : [' ', { person }]));
  const more = people.length - NAMED;
  return more > 0 ? [...named, ` and ${more} more`] : named;
}

function decision({
  verdict,
  slackId,
  comment,
  decidedAt,
}: RequestFact['decisions'][number]): [string, Words] {
  const said = comment ? `: ${comment}` : '';
  return [
    verdict === 'approve' ? 'Approved by' : 'Rejected by',
    [{ person: slackId }, ', ', { time: decidedAt }, said],
  ];
}

/** What became of it, in a sentence, and what can be done next. */
function outcome({ status, endedBy, endedAt, note, errorRef }: RequestFact): Part[] {
  const by: Words = endedBy ? [' by ', { person: endedBy }] : [];
  const at: Words = endedAt ? [', ', { time: endedAt }] : [];
  const noted = note ? [` ${note}`] : [];
  const sentence = (...words: Exclude<Words, string>[]): Part[] => [
    { type: 'text', words: words.flatMap((w) => (Array.isArray(w) ? w : [w])) },
  ];
  switch (status) {
    case 'Pending':
      return [];
    case 'Approved':
      return sentence(['It was approved and is being carried out.', ...noted]);
    case 'Done':
      return sentence(['It was approved and carried out'], at, ['.', ...noted]);
    case 'Failed':
      return sentence(
        ['It was approved and could not be carried out.', ...noted],
        errorRef ? [' Reference: ', { code: errorRef }] : [],
      );
    case 'Rejected':
      return sentence(['It was rejected'], by, at, ['; nothing was changed.', ...noted]);
    case 'Withdrawn':
      return sentence(['It was withdrawn'], by, at, ['; nothing was changed.', ...noted]);
    case 'Expired':
      return sentence([
        'It was not approved in time, so nothing was changed. Ask again if it is still wanted.',
        ...noted,
      ]);
    case 'Void':
      return sentence([
        'What it was asked on has changed since, so it was not carried out. Ask again if it is still wanted.',
        ...noted,
      ]);
  }
}

function lines(label: string, words: string[]): Part[] {
  if (words.length === 0) return [];
  const items: ListItem[] = words.map((line) => ({ words: line }));
  return [
    { type: 'text', words: { bold: label } },
    { type: 'list', items },
  ];
}

function buttons({ id, status }: RequestFact): Part[] {
  const args = { request: id };
  const step = (label: string, kind: string, style?: Step['style']): Step => ({
    label,
    go: 'decide',
    kind,
    args,
    ...(style && { style }),
  });
  if (status === 'Pending') {
    return [
      {
        type: 'steps',
        steps: [
          step('Approve this change', 'approve', 'primary'),
          step('Reject this change', 'reject', 'danger'),
          step('Withdraw this request', 'withdraw'),
        ],
      },
    ];
  }
  return status === 'Failed' ? [{ type: 'steps', steps: [step('Try again', 'retry')] }] : [];
}
