import { z } from 'zod';
import type { DoubtFact, Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { domainOf, teamOf } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Option, Refusal } from './operation.ts';

interface Ready {
  doubt: string;
  verdict: 'same' | 'another';
}

const VERDICTS: Option[] = [
  { value: 'same', label: 'It is theirs: they sign in to it from now on' },
  { value: 'another', label: 'It is not theirs: take them off the list' },
];

/**
 * Settles a sign-in in which somebody's account would have been guessed: an admin who knows the people says whose it
 * is. Whoever can make the identity provider send this address could sign in as the account's owner anyway, so nobody
 * else is asked; the channel is told.
 */
export const settleDoubt = domainOperation<Ready>({
  kind: 'user.settle',
  command: null,
  title: 'Doubtful sign-in',
  submit: 'Save',
  fields: [
    {
      name: 'doubt',
      label: 'Who came',
      type: 'choice',
      options: choices,
      initial: (facts) => choices(facts)[0]?.value,
    },
    { name: 'verdict', label: 'Whose account is it?', type: 'radio', options: () => VERDICTS },
  ],
  looksAt: ['doubts'],
  input: z.object({
    doubt: z.string({ error: 'Choose who came.' }),
    verdict: z.enum(['same', 'another'], { error: 'Choose one of the two.' }),
  }),
  before: [state(['Verified', 'SSO off', 'SSO on']), someDoubt],
  requires: [stillListed, notTwoAccounts],
  approval: null,
  act: (facts, { doubt, verdict }) =>
    verdict === 'same'
      ? `Give ${accountIn(doubtOf(facts, doubt))} to who signs in with that address now`
      : `Take a doubtful sign-in as ${doubtOf(facts, doubt)?.email} off the list`,
  effects: (facts, { doubt, verdict }, context) => [
    { type: 'doubts.settle', domainId: domainOf(facts).id, doubtId: doubt, same: verdict === 'same' },
    ...(verdict === 'same'
      ? announce(context, teamOf(facts).id, [
          'gave ',
          { bold: accountIn(doubtOf(facts, doubt)) },
          ' to who signs in with that address now',
        ])
      : []),
  ],
  done: (facts, { doubt, verdict }) =>
    say(
      verdict === 'same'
        ? `${doubtOf(facts, doubt)?.email} can sign in now. Whoever had the account before no longer can, not by its old password either.`
        : 'It is off the list. It comes back if they try again.',
      [step.show('users', { domain: domainOf(facts).id })],
    ),
});

function doubtOf({ domain }: Facts, id: string): DoubtFact | undefined {
  return domain?.doubts?.find((doubt) => doubt.id === id);
}

/** The account in doubt: by its address, or by its name where somebody came with another address. */
function accountIn(doubt: DoubtFact | undefined): string {
  if (doubt?.reason !== 'subject-of-another') return `the account of ${doubt?.email ?? ''}`;
  return `the account of ${doubt.accountName || 'no name'}, as ${doubt.email},`;
}

/** An option's label holds 75 characters. */
function choices({ domain }: Facts): Option[] {
  return (domain?.doubts ?? []).map(({ id, email, name }) => ({
    value: id,
    label: `${email}${name ? `, ${name}` : ''}`.slice(0, 75),
  }));
}

function someDoubt(facts: Facts): Refusal | null {
  if (!facts.domain || choices(facts).length > 0) return null;
  return { code: 'no-doubt', text: `No sign-in with an address of ${facts.domain.name} is in doubt.` };
}

function stillListed(facts: Facts, { doubt }: Ready): Refusal | null {
  if (doubtOf(facts, doubt)) return null;
  return {
    code: 'settled',
    text: 'This sign-in is no longer in doubt: somebody has settled it, or it settled itself.',
  };
}

/** Who is known already has an account of their own: two cannot be made one here. */
function notTwoAccounts(facts: Facts, { doubt, verdict }: Ready): Refusal | null {
  const about = doubtOf(facts, doubt);
  if (verdict !== 'same' || about?.reason !== 'new-address-taken') return null;
  return {
    code: 'two-accounts',
    text: `${about.email} has an account, and who came has another: change one of the two addresses at ${about.connectionName}.`,
  };
}
