import { z } from 'zod';
import type { Facts } from '../service/facts/facts.ts';
import type { Piece } from '../words/document.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { deletionOf, domainOf, teamOf } from './common/lookup.ts';
import { beingDeleted } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Refusal } from './operation.ts';

/** Keeps a domain that is being deleted, as long as none of its people has been released. */
export const cancelDeletion = domainOperation({
  kind: 'deletion.cancel',
  command: null,
  title: 'Cancel deletion',
  submit: 'Cancel deletion',
  fields: [],
  immediate: true,
  input: z.object({}),
  before: [beingDeleted, notStarted],
  requires: [],
  approval: null,
  act: (facts) => `Cancel the deletion of ${domainOf(facts).name}`,
  effects: (facts, _ready, context) => {
    const { id: domainId, name } = domainOf(facts);
    const { id: deletion, requestId, askedBy } = deletionOf(facts);
    const cancelled: Piece[] = ['cancelled the deletion of ', { bold: name }];
    return [
      { type: 'deletions.cancel', id: deletion, domainId, by: context.askedBy },
      { type: 'tell.card', key: `deletion:${deletion}` },
      ...(requestId ? [{ type: 'tell.card', key: `request:${requestId}` } as const] : []),
      ...announce(context, teamOf(facts).id, cancelled),
      ...(askedBy === context.askedBy
        ? []
        : [
            {
              type: 'tell.person' as const,
              teamId: teamOf(facts).id,
              slackId: askedBy,
              ...(requestId && { about: `request:${requestId}` as const }),
              document: say(
                [{ person: context.askedBy }, ' ', ...cancelled, ' that you asked for. The domain is kept.'],
                [step.show('status', { domain: domainId })],
              ),
            },
          ]),
    ];
  },
  done: (facts) =>
    say(
      `${domainOf(facts).name} is kept: its deletion was cancelled before it began. It is Verified again.`,
      [step.show('status', { domain: domainOf(facts).id })],
    ),
});

function notStarted({ domain }: Facts): Refusal | null {
  if (!domain?.deletion?.started) return null;
  return {
    code: 'deletion-started',
    text: `The deletion of ${domain.name} can no longer be cancelled, because its people are being released already.`,
    steps: [step.show('status', { domain: domain.id })],
  };
}
