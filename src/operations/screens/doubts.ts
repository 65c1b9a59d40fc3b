import type { DomainFact, DoubtFact } from '../../service/facts/facts.ts';
import type { ListItem, Part } from '../../words/document.ts';
import { counted } from '../common/counted.ts';
import { step } from '../common/steps.ts';

/**
 * The sign-ins in which somebody's account would have to be guessed.
 * @param domain the domain whose addresses were sent
 * @returns nothing when there are none
 */
export function doubtParts({ id, doubts = [] }: DomainFact): Part[] {
  if (doubts.length === 0) return [];
  return [
    { type: 'text', words: { bold: 'Whose account is it?' } },
    { type: 'list', items: doubts.map(doubtItem) },
    { type: 'steps', steps: [step.open('user.settle', { domain: id })] },
  ];
}

function doubtItem({ name, email, connectionName, reason, accountName, times, lastAt }: DoubtFact): ListItem {
  const account = accountName || 'no name';
  const why = {
    'address-of-another': `whose account (${account}) belongs to somebody else there; refused`,
    'new-address-taken': `which is the address of another account (${account}); signed in with the old address`,
    'subject-of-another': `with the objectGUID of ${account} and nothing else of theirs; refused. If they are two people, give each an objectGUID of their own there`,
  }[reason];
  return {
    words: [
      { bold: name || email },
      ` came from ${connectionName} as ${email}, ${why} · ${counted(times, 'time')}, last `,
      { time: lastAt },
    ],
  };
}
