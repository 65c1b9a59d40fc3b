import type { CardFacts } from '../../service/service.ts';
import type { Document, Part, Step } from '../../words/document.ts';
import { type Message, message } from '../blocks.ts';
import { shortenName } from '../inert.ts';

type DeletionCard = Extract<CardFacts, { type: 'deletion' }>;

/**
 * The deletion card: one function from what is so to what is shown.
 * @param facts the deletion and how far it is
 * @returns the message; `Cancel deletion` until the first batch ran, `Retry` when it is stuck
 */
export function deletionCard(facts: DeletionCard): Message {
  return message(deletionDocument(facts));
}

/** The card as words. */
function deletionDocument(facts: DeletionCard): Document {
  const { deletion } = facts;
  const name = shortenName(facts.domainName, 110);
  switch (deletion.status) {
    case 'Running':
      return card(`Deleting ${name}`, told(facts), progress(facts), cancel(facts));
    case 'Stuck':
      return card(
        `Deleting ${name} is stuck`,
        [
          {
            type: 'text',
            words: `${deletion.problem ?? 'It does not go on.'} Retry goes on from where it stopped.`,
          },
        ],
        progress(facts),
        [{ type: 'steps', steps: [button('Retry', 'deletion.retry', facts, 'primary')] }],
      );
    case 'Cancelled':
      return card(`Deleting ${name} was cancelled`, [
        { type: 'text', words: 'Nothing was deleted: the domain is verified and stays in the team.' },
      ]);
    case 'Done':
      return card(`${name} was deleted`, [
        {
          type: 'text',
          words: `${people(deletion.released)} released; accounts and passwords stay. Any team may add the domain now.`,
        },
      ]);
  }
}

function card(title: string, ...parts: Part[][]): Document {
  const [first] = parts[0] ?? [];
  const words = first?.type === 'text' && typeof first.words === 'string' ? ` – ${first.words}` : '';
  return { text: `${title}${words}`, parts: [{ type: 'heading', text: title }, ...parts.flat()] };
}

function told({ deletion, teamName }: DeletionCard): Part[] {
  const words = deletion.started
    ? `${count(deletion.released)} of ${people(deletion.total)} released.`
    : `${people(deletion.total)} will be released. An admin of ${teamName} can cancel until it begins.`;
  const { started, beginsAt } = deletion;
  const begins: Part[] =
    started || !beginsAt
      ? []
      : [{ type: 'note', words: ['It begins ', { time: beginsAt, exact: true }, '.'] }];
  return [{ type: 'text', words }, ...begins];
}

function progress({ deletion: { released, total, movedAt } }: DeletionCard): Part[] {
  const share = total > 0 ? Math.floor((Math.min(released, total) / total) * 100) : 100;
  return [
    { type: 'progress', done: released, total, words: `${share} % – ${count(released)} of ${count(total)}` },
    { type: 'note', words: ['Last progress: ', { time: movedAt }] },
  ];
}

function cancel(facts: DeletionCard): Part[] {
  if (facts.deletion.started) return [];
  return [{ type: 'steps', steps: [button('Cancel deletion', 'deletion.cancel', facts)] }];
}

function button(label: string, kind: string, facts: DeletionCard, style?: Step['style']): Step {
  const args = { deletion: facts.deletion.id, domain: facts.domainId };
  return { label, go: 'do', kind, args, ...(style && { style }) };
}

function people(number: number): string {
  return `${count(number)} ${number === 1 ? 'person' : 'people'}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
