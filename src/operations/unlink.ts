import { z } from 'zod';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { unlinking } from './common/impact.ts';
import { reason, reasonField } from './common/inputs.ts';
import { connectionName, domainOf, teamOf } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';

const nothing = ({ name }: { name: string }) =>
  `${name} is not linked to a connection, so there is nothing to unlink.`;

/** Takes a domain off its connection. It stays verified and stays the team's. */
export const unlink = domainOperation({
  kind: 'domain.unlink',
  command: { verb: 'unlink', args: '<domain>', summary: 'Unlink a domain from its connection' },
  title: 'Unlink domain',
  submit: 'Unlink domain',
  fields: [reasonField],
  intro: (facts) => facts.domain && say(unlinking(facts.domain).lines.join(' ')),
  input: z.object({ reason }),
  before: [state(['SSO off'], { Unverified: nothing, Verified: nothing })],
  requires: [],
  impact: (facts) => unlinking(domainOf(facts)),
  approval: 1,
  boundTo: (facts) => {
    const { state, connectionId } = domainOf(facts);
    return { state, connectionId };
  },
  checks: (facts) => [
    `SSO is off for ${domainOf(facts).name}, which is linked to ${connectionName(facts, domainOf(facts))}.`,
  ],
  act: (facts) => `Unlink ${domainOf(facts).name} from ${connectionName(facts, domainOf(facts))}`,
  reason: (ready) => ready.reason,
  effects: (facts, ready, context) => [
    {
      type: 'domains.change',
      changes: [{ id: domainOf(facts).id, state: 'Verified', connectionId: null }],
    },
    ...announce(
      context,
      teamOf(facts).id,
      ['unlinked ', { bold: domainOf(facts).name }, ` from ${connectionName(facts, domainOf(facts))}`],
      ready,
    ),
  ],
  done: (facts) =>
    say(`${domainOf(facts).name} is unlinked. It stays verified and stays in the team.`, [
      step.open('domain.link', { domain: domainOf(facts).id }),
      step.open('domain.delete', { domain: domainOf(facts).id }),
    ]),
});
