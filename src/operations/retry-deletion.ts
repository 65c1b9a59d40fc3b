import { z } from 'zod';
import type { Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { deletionOf, domainOf, teamOf } from './common/lookup.ts';
import { beingDeleted } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Refusal } from './operation.ts';

/** Starts a deletion again that got stuck; it goes on where it stopped. */
export const retryDeletion = domainOperation({
  kind: 'deletion.retry',
  command: null,
  title: 'Retry deletion',
  submit: 'Retry',
  fields: [],
  immediate: true,
  input: z.object({}),
  before: [beingDeleted, stuck],
  requires: [],
  approval: null,
  act: (facts) => `Retry the deletion of ${domainOf(facts).name}`,
  effects: (facts, _ready, context) => {
    const deletion = deletionOf(facts).id;
    return [
      { type: 'start.job', name: 'deletion', data: { deletion } },
      { type: 'tell.card', key: `deletion:${deletion}` },
      ...announce(context, teamOf(facts).id, ['retried the deletion of ', { bold: domainOf(facts).name }]),
    ];
  },
  done: (facts) =>
    say(`The deletion of ${domainOf(facts).name} goes on where it stopped.`, [
      step.show('status', { domain: domainOf(facts).id }),
    ]),
});

function stuck({ domain }: Facts): Refusal | null {
  if (!domain?.deletion || domain.deletion.status === 'Stuck') return null;
  return {
    code: 'not-stuck',
    text: `The deletion of ${domain.name} is under way and needs no retry.`,
    steps: [step.show('status', { domain: domain.id })],
  };
}
