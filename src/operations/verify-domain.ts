import { z } from 'zod';
import type { Effect } from '../service/effects/effect.ts';
import type { DomainFact, Facts } from '../service/facts/facts.ts';
import { isSystem } from '../service/system.ts';
import type { Part } from '../words/document.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { lookedAgain, nextLook } from './common/looking.ts';
import { domainOf, teamOf } from './common/lookup.ts';
import { recordToCopy } from './common/proof.ts';
import { notLiveElsewhere, state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { EffectContext, ProofAnswer, Refusal } from './operation.ts';

const already = ({ name }: DomainFact) => `${name} is verified already.`;

/** Looks for the TXT record now. Found: the domain is the team's, and every other team that wanted it is told. */
export const verifyDomain = domainOperation({
  kind: 'domain.verify',
  command: { verb: 'verify', args: '<domain>', summary: 'Look for the TXT record of a domain now' },
  title: 'Verify domain',
  submit: 'Verify',
  fields: [],
  immediate: true,
  looksAt: ['connections'],
  input: z.object({}),
  before: [
    state(['Unverified'], { Verified: already, 'SSO off': already, 'SSO on': already }),
    notLiveElsewhere,
  ],
  async prepare(facts, _input, tools) {
    const domain = domainOf(facts);
    const answer = await tools.lookForProof(domain.name, domain.token);
    if ('found' in answer && answer.found) return { ok: true, ready: {} };
    // Somebody who looks expects an answer soon, however often it was looked in vain before.
    const looks = isSystem(facts.person.slackId) ? domain.looks : 0;
    const next = nextLook(answer, { ...domain, looks }, facts.now);
    const looked = { id: domain.id, checkedAt: facts.now, checkNote: noteOf(answer), ...next };
    return {
      ok: false,
      refusal: notProven(domain, answer, next.lookAt),
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
          {
            id: domain,
            state: 'Verified',
            verifiedAt: context.now,
            checkedAt: context.now,
            checkNote: null,
            lookAt: null,
            looks: 0,
          },
        ],
      },
      { type: 'domains.tellLosers', name, exceptDomainId: domain },
      ...told(facts, context),
    ];
  },
  done: (facts) =>
    say(`${domainOf(facts).name} is verified. Link it to a connection next.`, [
      linkStep(facts),
      step.open('domain.jit', { domain: domainOf(facts).id }),
    ]),
});

/** The channel reads who verified it, or that nobody had to. */
function told(facts: Facts, context: EffectContext): Effect[] {
  const { id: teamId } = teamOf(facts);
  const name = { bold: domainOf(facts).name };
  const steps = [linkStep(facts)];
  if (!isSystem(context.askedBy)) return announce(context, teamId, ['verified ', name], { steps });
  return [
    {
      type: 'tell.channel',
      teamId,
      document: say(['The TXT record of ', name, ' was found: it is verified.'], steps),
    },
  ];
}

/** An answer short of finding the record. */
type NotFound = Exclude<ProofAnswer, { found: true }>;

/** What status says of the last look. */
function noteOf(answer: NotFound): string {
  if ('unknown' in answer) return `it could not be looked up, because ${answer.cause}.`;
  return answer.seen.length > 0 ? 'another value was there.' : 'there was no TXT record at this name.';
}

/** Linking needs a connection to link to. */
function linkStep(facts: Facts) {
  return facts.connections.length > 0
    ? step.open('domain.link', { domain: domainOf(facts).id }, { style: 'primary' })
    : step.open('connection.add', { team: teamOf(facts).id }, { style: 'primary' });
}

/** No answer says nothing about the domain; another answer is shown beside what should be there. */
function notProven(domain: DomainFact, answer: NotFound, lookAt: Date | null): Refusal {
  const again = step.do('domain.verify', { domain: domain.id }, { label: 'Check again', style: 'primary' });
  if ('unknown' in answer)
    return {
      code: 'dns-unknown',
      text: [
        `The TXT record of ${domain.name} could not be looked up, because ${answer.cause}: nothing has changed`,
        ...(lookAt
          ? [', and it is looked up again ', { time: lookAt }, '.']
          : [', check again in a few minutes.']),
      ],
      parts: recordToCopy(domain),
      steps: [again],
    };
  const { seen } = answer;
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
    parts: [...recordToCopy(domain), found, ...(lookAt ? [lookedAgain(lookAt)] : [])],
    steps: [again],
  };
}
