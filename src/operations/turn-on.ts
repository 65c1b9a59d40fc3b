import { z } from 'zod';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { signInChange } from './common/impact.ts';
import { reason, reasonField } from './common/inputs.ts';
import { connectionName, connectionOf, domainOf, teamOf } from './common/lookup.ts';
import { state, tested } from './common/requirements.ts';
import { step } from './common/steps.ts';

/** Turns SSO on for a domain: passwords of its people stop working at once, so its connection must be tested. */
export const turnOn = domainOperation({
  kind: 'domain.on',
  command: { verb: 'on', args: '<domain>', summary: 'Turn on SSO for a domain' },
  title: 'Turn on SSO',
  submit: 'Turn on SSO',
  fields: [reasonField],
  intro: (facts) => facts.domain && say(signInChange(facts, facts.domain, 'SSO on').lines.join(' ')),
  input: z.object({ reason }),
  before: [state(['SSO off'], { 'SSO on': ({ name }) => `SSO is on for ${name} already.` }), tested],
  requires: [],
  impact: (facts) => signInChange(facts, domainOf(facts), 'SSO on'),
  approval: 1,
  boundTo: (facts) => {
    const domain = domainOf(facts);
    const configHash = connectionOf(facts, domain)?.configHash ?? null;
    return { state: domain.state, connectionId: domain.connectionId, configHash, jit: domain.jit };
  },
  checks: (facts) => [
    `${domainOf(facts).name} is linked to ${connectionName(facts, domainOf(facts))}.`,
    `${connectionName(facts, domainOf(facts))} passed a test sign-in with its present configuration.`,
  ],
  act: (facts) => `Turn on SSO for ${domainOf(facts).name}`,
  reason: (ready) => ready.reason,
  effects: (facts, ready, context) => [
    { type: 'domains.change', changes: [{ id: domainOf(facts).id, state: 'SSO on' }] },
    ...announce(context, teamOf(facts).id, ['turned on SSO for ', { bold: domainOf(facts).name }], ready),
  ],
  done: (facts) =>
    say(
      `SSO is on for ${domainOf(facts).name}. Its people sign in through ${connectionName(facts, domainOf(facts))} from now on.`,
      [
        step.open('domain.jit', { domain: domainOf(facts).id }),
        step.open('domain.off', { domain: domainOf(facts).id }),
      ],
    ),
});
