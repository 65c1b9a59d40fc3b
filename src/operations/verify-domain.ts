import { z } from 'zod';
import type { DomainFact, Facts } from '../service/facts/facts.ts';
import type { Part } from '../words/document.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { domainOf, teamOf } from './common/lookup.ts';
import { recordToCopy } from './common/proof.ts';
import { notLiveElsewhere, state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { ProofAnswer, Refusal } from './operation.ts';

const already = ({ name }: DomainFact) => `${name} is verified already.`;

/** Looks for the TXT record now. Found: the domain is the team's, and every other team that wanted it is told. */
export const verifyDomain = domainOperation({
  kind: 'domain.verify',
  command: { verb: 'verify', args: '<domain>', summary: 'Look for the TXT record of a domain now' },
  title: 'Verify domain',
  submit: 'Verify',
  fields: [],
  immediate: true,
  input: z.object({}),
  before: [
    state(['Unverified'], { Verified: already, 'SSO off': already, 'SSO on': already }),
    notLiveElsewhere,
  ],
  async prepare(facts, _input, tools) {
    const { name, token } = domainOf(facts);
    const answer = await tools.lookForProof(name, token);
    if ('found' in answer && answer.found) return { ok: true, ready: {} };
    const looked = { id: domainOf(facts).id, checkedAt: facts.now, checkNote: noteOf(answer) };
    return {
      ok: false,
      refusal: notProven(domainOf(facts), answer),
      noted: [{ type: 'domains.change', changes: [looked] }],
    };
  },
  requires: [],
  approval: null,
  act: (facts) => `Verify ${domainOf(facts).name}`,
  effects: (facts, _ready, context) => {
    const { id: domain, name } = domainOf(facts);
    return [
      {
        type: 'domains.change',
        changes: [
          { id: domain, state: 'Verified', verifiedAt: context.now, checkedAt: context.now, checkNote: null },
        ],
      },
      { type: 'domains.tellLosers', name, exceptDomainId: domain },
      ...announce(context, teamOf(facts).id, ['verified ', { bold: name }], { steps: [linkStep(facts)] }),
    ];
  },
  done: (facts) =>
    say(`${domainOf(facts).name} is verified. Link it to a connection next.`, [
      linkStep(facts),
      step.open('domain.jit', { domain: domainOf(facts).id }),
    ]),
});

/** What status says of the last look. */
function noteOf(answer: ProofAnswer): string {
  if ('unknown' in answer) return `it could not be looked up, because ${answer.cause}.`;
  return 'seen' in answer && answer.seen.length > 0
    ? 'another value was there.'
    : 'there was no TXT record at this name.';
}

/** Linking needs a connection to link to. */
function linkStep(facts: Facts) {
  return facts.connections.length > 0
    ? step.open('domain.link', { domain: domainOf(facts).id }, { style: 'primary' })
    : step.open('connection.add', { team: teamOf(facts).id }, { style: 'primary' });
}

/** No answer says nothing about the domain; another answer is shown beside what should be there. */
function notProven(domain: DomainFact, answer: ProofAnswer): Refusal {
  const again = step.do('domain.verify', { domain: domain.id }, { label: 'Check again', style: 'primary' });
  if ('unknown' in answer)
    return {
      code: 'dns-unknown',
      text: `The TXT record of ${domain.name} could not be looked up, because ${answer.cause}: nothing has changed, check again in a few minutes.`,
      parts: recordToCopy(domain),
      steps: [again],
    };
  const seen = 'seen' in answer ? answer.seen : [];
  const found: Part =
    seen.length === 0
      ? {
          type: 'note',
          words: 'There is no TXT record at this name yet. A new one can take minutes to hours to be seen.',
        }
      : { type: 'list', items: seen.map((value) => ({ words: ['Seen instead: ', { code: value }] })) };
  return {
    code: 'not-proven',
    text: `The TXT record of ${domain.name} was not found: publish this one in its DNS, then check again.`,
    parts: [...recordToCopy(domain), found],
    steps: [again],
  };
}
