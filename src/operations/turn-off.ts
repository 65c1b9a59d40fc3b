import { z } from 'zod';
import type { Effect } from '../service/effects/effect.ts';
import type { Facts } from '../service/facts/facts.ts';
import type { Document } from '../words/document.ts';
import { plain, say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { signInChange } from './common/impact.ts';
import { reason, reasonField } from './common/inputs.ts';
import { domainOf, teamOf } from './common/lookup.ts';
import { noTestUsers, state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { EffectContext } from './operation.ts';

/** Turns SSO off for a domain: its people go back to passwords. Told in numbers before the reason is asked. */
export const turnOff = domainOperation({
  kind: 'domain.off',
  command: { verb: 'off', args: '<domain>', summary: 'Turn off SSO for a domain' },
  title: 'Turn off SSO',
  submit: 'Turn off SSO',
  fields: [
    reasonField,
    {
      name: 'mail',
      label: 'Mail',
      type: 'check',
      text: 'Write to everyone it touches how to sign in from now on',
      optional: true,
      initial: () => true,
      when: ({ installation }) => installation.mail === true,
    },
  ],
  preview,
  intro: ({ domain }) =>
    domain ? say(['Turning off SSO for ', { bold: domain.name }, ' needs a reason.']) : null,
  input: z.object({ reason, mail: z.boolean().nullish().transform(Boolean) }),
  before: [
    state(['SSO on'], {
      Unverified: ({ name }) => `SSO is not on for ${name}, which is not even verified yet.`,
      Verified: ({ name }) => `SSO is not on for ${name}, which is not linked to a connection.`,
      'SSO off': ({ name }) => `SSO is off for ${name} already.`,
    }),
    noTestUsers,
  ],
  requires: [],
  impact: (facts, { mail }) => {
    const change = signInChange(facts, domainOf(facts), 'SSO off');
    return mail ? { ...change, lines: [...change.lines, 'All of them get a mail that says how.'] } : change;
  },
  approval: 1,
  boundTo: (facts) => {
    const { state, connectionId } = domainOf(facts);
    return { state, connectionId };
  },
  checks: (facts) => [`No test users are left for ${domainOf(facts).name}.`],
  act: (facts) => `Turn off SSO for ${domainOf(facts).name}`,
  reason: (ready) => ready.reason,
  effects: (facts, ready, context) => [
    { type: 'domains.change', changes: [{ id: domainOf(facts).id, state: 'SSO off' }] },
    ...afterwards(facts, ready.mail, context),
    ...announce(context, teamOf(facts).id, ['turned off SSO for ', { bold: domainOf(facts).name }], ready),
  ],
  done: (facts) =>
    say(`SSO is off for ${domainOf(facts).name}. Its people sign in with their passwords again.`, [
      step.open('domain.on', { domain: domainOf(facts).id }),
      step.open('domain.unlink', { domain: domainOf(facts).id }),
    ]),
});

/** Who has a password again is counted, on the card where there is one; and whoever it touches is written to. */
function afterwards(facts: Facts, mail: boolean, { newId, requestId }: EffectContext): Effect[] {
  const id = newId();
  return [
    {
      type: 'turnOffs.add',
      turnOff: { id, teamId: teamOf(facts).id, domainId: domainOf(facts).id, requestId, mail },
    },
    ...(mail ? [{ type: 'start.job', name: 'turn-off-mail', data: { turnOff: id } } as const] : []),
  ];
}

/** What turning off will do to whom, before anything is asked. */
function preview(facts: Facts): Document {
  const words = facts.domain
    ? `Turning off SSO for ${facts.domain.name} takes effect at once:`
    : 'Turning off SSO takes effect at once: everyone of the domain goes back to passwords.';
  const lines = facts.domain ? signInChange(facts, facts.domain, 'SSO off').lines : [];
  return {
    text: [words, ...lines].map(plain).join(' '),
    parts: [
      { type: 'text', words },
      ...(lines.length > 0 ? [{ type: 'list' as const, items: lines.map((line) => ({ words: line })) }] : []),
    ],
  };
}
