import { z } from 'zod';
import { parseEmail } from '../identity/email.ts';
import type { DomainFact, Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { testUsers as countedTestUsers } from './common/counted.ts';
import { domainOperation } from './common/domain-operation.ts';
import { lines, problemsTold } from './common/inputs.ts';
import { connectionOf, domainOf, teamOf } from './common/lookup.ts';
import { addressPart } from './common/pasted.ts';
import { notDeleting, state } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Refusal } from './operation.ts';

const MOST = 30;

interface Ready {
  emails: string[];
}

/** Sets who can sign in by SSO with a domain while it is off. Taking people off the list is always possible. */
export const testUsers = domainOperation<Ready>({
  kind: 'domain.testers',
  command: { verb: 'testers', args: '<domain>', summary: 'Set who can sign in by SSO while it is off' },
  title: 'Test users',
  submit: 'Save changes',
  fields: [
    {
      name: 'testUsers',
      label: 'Test users',
      hint: `Addresses of the domain, one a line, up to ${MOST}. Leave it empty to remove all.`,
      type: 'text',
      lines: 'many',
      optional: true,
      initial: ({ domain }) => domain?.testUsers.join('\n') || undefined,
    },
  ],
  before: [
    notDeleting,
    // Without a connection or while SSO is on nobody can be added; who is on the list can still be removed.
    (facts) => (facts.domain && facts.domain.testUsers.length > 0 ? null : addable(facts)),
  ],
  input: z.object({ testUsers: z.string().nullish() }).transform(({ testUsers }, context): Ready => {
    const parsed = lines(testUsers ?? '').map((line) => parseEmail(addressPart(line)));
    const problems = parsed.flatMap((one) => (one.ok ? [] : [one.words]));
    const emails = [...new Set(parsed.flatMap((one) => (one.ok ? [one.key] : [])))];
    if (emails.length > MOST)
      problems.push(`These are ${emails.length} addresses: a domain has at most ${MOST} test users.`);
    if (problems.length > 0)
      context.addIssue({ code: 'custom', path: ['testUsers'], message: problemsTold(problems) });
    return { emails };
  }),
  async prepare(facts, { emails }) {
    const { name } = domainOf(facts);
    const foreign = emails.filter((email) => !email.endsWith(`@${name}`));
    if (foreign.length > 0)
      return {
        ok: false,
        errors: { testUsers: problemsTold(foreign.map((email) => `${email} is not an address of ${name}.`)) },
      };
    return { ok: true, ready: { emails } };
  },
  requires: [
    (facts, { emails }) =>
      emails.every((email) => domainOf(facts).testUsers.includes(email)) ? null : addable(facts),
  ],
  approval: null,
  act: (facts, { emails }) =>
    emails.length === 0
      ? `Remove the test users of ${domainOf(facts).name}`
      : `Set ${countedTestUsers(emails.length)} for ${domainOf(facts).name}`,
  effects: (facts, { emails }, context) => [
    { type: 'testUsers.set', domainId: domainOf(facts).id, emails },
    ...announce(context, teamOf(facts).id, [
      emails.length === 0 ? 'removed the test users of ' : `set ${countedTestUsers(emails.length)} for `,
      { bold: domainOf(facts).name },
    ]),
  ],
  done: (facts, { emails }) => saved(facts, domainOf(facts), emails.length),
});

function addable(facts: Facts): Refusal | null {
  return state(['SSO off'], {
    'SSO on': ({ name }) =>
      `SSO is on for ${name}: everyone of it signs in by SSO, so no test users can be added.`,
  })(facts);
}

function saved(facts: Facts, domain: DomainFact, count: number) {
  const connection = connectionOf(facts, domain);
  const args = { domain: domain.id };
  if (count === 0)
    return say(
      `${domain.name} has no test users.`,
      domain.state === 'SSO on' ? [step.open('domain.off', args)] : [step.show('status', args)],
    );
  const address = connection && `${facts.installation.publicUrl}/saml/${connection.id}/login`;
  const words = `${countedTestUsers(count)} of ${domain.name} can sign in by SSO while it is off.`;
  const doc = say(words);
  if (address) doc.parts.push({ type: 'copy', label: 'They sign in at this address', value: address });
  doc.parts.push({ type: 'steps', steps: [step.show('status', args)] });
  return doc;
}
