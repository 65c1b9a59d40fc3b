import { addMilliseconds } from 'date-fns';
import { z } from 'zod';
import type { Effect } from '../service/effects/effect.ts';
import type { DomainFact, Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { releasing } from './common/impact.ts';
import { confirmsDomain, reason, reasonField, typed } from './common/inputs.ts';
import { domainOf, teamOf } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { EffectContext } from './operation.ts';

/** How long a deletion waits before it releases anybody: time to see that it was the wrong one. */
const GRACE_MS = 10_000;

interface Ready {
  reason: string;
}

/**
 * Deletes a domain. A verified one releases its people in a job that may take long; one that was never verified has
 * none and goes at once, without approval.
 */
export const deleteDomain = domainOperation<Ready & { confirm: string }, Ready>({
  kind: 'domain.delete',
  command: { verb: 'delete', args: '<domain>', summary: 'Delete a domain from the team' },
  title: 'Delete domain',
  submit: 'Delete domain',
  fields: [reasonField, { name: 'confirm', label: 'Type the domain to confirm', type: 'text', max: 500 }],
  intro: (facts) => facts.domain && say(releasing(facts, facts.domain).lines.join(' ')),
  input: z.object({ reason, confirm: typed }),
  before: [state(['Unverified', 'Verified'])],
  async prepare(facts, input) {
    const { name } = domainOf(facts);
    if (!confirmsDomain(input.confirm, name))
      return { ok: false, errors: { confirm: `This is not the domain: type ${name} to confirm.` } };
    return { ok: true, ready: { reason: input.reason } };
  },
  requires: [],
  impact: (facts) => releasing(facts, domainOf(facts)),
  approval: (facts) => (domainOf(facts).state === 'Unverified' ? null : 1),
  boundTo: (facts) => ({ state: domainOf(facts).state }),
  checks: (facts) => [`${domainOf(facts).name} is not linked to a connection.`],
  act: (facts) => `Delete ${domainOf(facts).name}`,
  reason: (ready) => ready.reason,
  long: true,
  effects: (facts, ready, context) => {
    const domain = domainOf(facts);
    const told = announce(
      context,
      teamOf(facts).id,
      [domain.state === 'Unverified' ? 'deleted ' : 'began to delete ', { bold: domain.name }],
      ready,
    );
    if (domain.state === 'Unverified') return [{ type: 'domains.remove', ids: [domain.id] }, ...told];
    return [...start(facts, domain, context), ...told];
  },
  done(facts) {
    const { id: domain, name, state: was } = domainOf(facts);
    return was === 'Unverified'
      ? say(`${name} was deleted.`, [step.open('domain.add')])
      : say(`${name} is being deleted. The notifications channel shows how far it is.`, [
          step.show('status', { domain }),
          step.do('deletion.cancel', { domain }),
        ]);
  },
});

/** The job that releases the domain's people, and the card that shows how far it is. */
function start(facts: Facts, domain: DomainFact, context: EffectContext): Effect[] {
  const deletion = context.newId();
  return [
    { type: 'domains.change', changes: [{ id: domain.id, state: 'Deleting' }] },
    {
      type: 'deletions.start',
      deletion: {
        id: deletion,
        teamId: teamOf(facts).id,
        domainId: domain.id,
        domainName: domain.name,
        requestId: context.requestId,
        askedBy: context.askedBy,
        total: domain.people.inTeam,
        beginsAt: addMilliseconds(context.now, facts.installation.deletionGraceMs ?? GRACE_MS),
      },
    },
    { type: 'start.job', name: 'deletion', data: { deletion } },
    { type: 'tell.card', key: `deletion:${deletion}` },
  ];
}
