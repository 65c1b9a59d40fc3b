import type { DomainState } from '../../../db/schema.ts';
import type { DomainFact, Facts } from '../../service/facts/facts.ts';
import type { Refusal } from '../operation.ts';
import { testUsers } from './counted.ts';
import { connectionName, connectionOf } from './lookup.ts';
import { step } from './steps.ts';

/** A requirement that looks at the facts alone, fit for `before` and `requires`. */
export type FactsRequirement = (facts: Facts) => Refusal | null;

/** The way of a domain; `Deleting` stands apart from it. */
const WAY: DomainState[] = ['Unverified', 'Verified', 'SSO off', 'SSO on'];

/**
 * The domain must be in one of these states. In any other the refusal names the state and offers the next step
 * on the way there.
 * @param wanted the states in which the change may be made
 * @param settled states in which there is nothing to do: what is said of the domain, without a further step
 * @returns the requirement; it has nothing to say while no domain is named
 */
export function state(
  wanted: DomainState[],
  settled: Partial<Record<DomainState, (domain: DomainFact, facts: Facts) => string>> = {},
): FactsRequirement {
  return (facts) => {
    const { domain } = facts;
    if (!domain || wanted.includes(domain.state)) return null;
    const words = settled[domain.state];
    if (words) {
      const steps = [step.show('status', { domain: domain.id })];
      return { code: 'nothing-to-do', text: words(domain, facts), steps };
    }
    if (domain.state === 'Deleting') return deleting(domain);
    const here = WAY.indexOf(domain.state);
    const ahead = wanted.some((one) => WAY.indexOf(one) > here);
    return ahead ? notYet(domain) : notAnyMore(domain, facts);
  };
}

/** What must happen before a domain gets further on its way. */
function notYet(domain: DomainFact): Refusal {
  const args = { domain: domain.id };
  if (domain.state === 'Unverified')
    return {
      code: 'unverified',
      text: `${domain.name} is not verified yet: publish its TXT record and verify it first.`,
      steps: [step.do('domain.verify', args), step.show('status', args, { label: 'Show TXT record' })],
    };
  if (domain.state === 'Verified')
    return {
      code: 'not-linked',
      text: `${domain.name} is not linked to a connection yet: link it first.`,
      steps: [step.open('domain.link', args)],
    };
  return {
    code: 'sso-off',
    text: `SSO is off for ${domain.name}: turn it on first.`,
    steps: [step.open('domain.on', args)],
  };
}

/** What must be taken back before the change can be made. */
function notAnyMore(domain: DomainFact, facts: Facts): Refusal {
  const args = { domain: domain.id };
  if (domain.state === 'SSO on')
    return {
      code: 'sso-on',
      text: `SSO is on for ${domain.name}: turn off SSO first, or contact support${contact(facts)}.`,
      steps: [step.open('domain.off', args)],
    };
  if (domain.state === 'SSO off')
    return {
      code: 'linked',
      text: `${domain.name} is linked to ${connectionName(facts, domain)}: unlink it first.`,
      steps: [step.open('domain.unlink', args)],
    };
  return {
    code: 'nothing-to-do',
    text: `${domain.name} is ${domain.state === 'Verified' ? 'verified already' : 'not verified'}.`,
    steps: [step.show('status', args)],
  };
}

function deleting(domain: DomainFact): Refusal {
  const args = { domain: domain.id, deletion: domain.deletion?.id };
  const status = step.show('status', { domain: domain.id });
  return domain.deletion && !domain.deletion.started
    ? {
        code: 'deleting',
        text: `${domain.name} is being deleted: cancel the deletion to keep it.`,
        steps: [step.do('deletion.cancel', args), status],
      }
    : {
        code: 'deleting',
        text: `${domain.name} is being deleted and cannot be kept any more: add it again when it is gone.`,
        steps: [status],
      };
}

/** @returns whom to ask for help, in brackets, where the installation names someone */
export function contact(facts: Facts): string {
  const { supportContact } = facts.installation;
  return supportContact ? ` (${supportContact})` : '';
}

/** The domain is on its way out. */
export const beingDeleted: FactsRequirement = ({ domain }) => {
  if (!domain || (domain.state === 'Deleting' && domain.deletion)) return null;
  return {
    code: 'not-deleting',
    text: `${domain.name} is not being deleted.`,
    steps: [step.show('status', { domain: domain.id })],
  };
};

/** The domain is not on its way out, whatever else it is. */
export const notDeleting: FactsRequirement = state(WAY);

/** No test users are left: turning off must not leave someone behind who still signs in by SSO. */
export const noTestUsers: FactsRequirement = ({ domain }) => {
  if (!domain || domain.testUsers.length === 0) return null;
  const left = domain.testUsers.length;
  return {
    code: 'test-users',
    text: `${domain.name} still has ${testUsers(left)}: remove ${left === 1 ? 'it' : 'them'} first.`,
    steps: [step.open('domain.testers', { domain: domain.id }, { label: 'Remove test users' })],
  };
};

/** The domain's connection passed a test sign-in with its present configuration. */
export const tested: FactsRequirement = (facts) => {
  const connection = facts.domain && connectionOf(facts, facts.domain);
  if (!connection || connection.tested) return null;
  const before = connection.testedAt ? 'has changed since its last test sign-in' : 'has not been tested yet';
  return {
    code: 'not-tested',
    text: `${connection.name} ${before}: test it first, so that nobody is locked out.`,
    steps: [step.do('connection.test', { connection: connection.id })],
  };
};

/** No other team has proven the name in the meantime. */
export const notLiveElsewhere: FactsRequirement = (facts) => {
  const { domain } = facts;
  if (!domain?.liveElsewhere) return null;
  return {
    code: 'taken',
    text: `${owner(facts, domain.liveElsewhere)} has ${domain.name} verified: ask its admins to move it, or contact support${contact(facts)}.`,
    steps: [step.open('domain.delete', { domain: domain.id })],
  };
};

/**
 * Names the team that has a domain, where the asker may know it.
 * @param facts what was read
 * @param live the live owner
 * @returns the team by name within the same workspace, otherwise no more than that there is one
 */
export function owner(facts: Facts, live: { teamName: string; workspaceId: string }): string {
  return live.workspaceId === facts.workspaceId ? `The team ${live.teamName}` : 'Another team';
}
