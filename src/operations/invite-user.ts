import { z } from 'zod';
import { parseEmail } from '../identity/email.ts';
import { hasUnseen } from '../identity/words.ts';
import type { Facts } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { teamOf } from './common/lookup.ts';
import { addressPart } from './common/pasted.ts';
import { contact, owner } from './common/requirements.ts';
import { step } from './common/steps.ts';
import type { Refusal } from './operation.ts';
import { operation } from './operation.ts';

interface Ready {
  email: string;
  domain: string;
  firstName: string;
  lastName: string;
}

const personName = z
  .string({ error: 'Write the name.' })
  .trim()
  .min(1, 'Write the name.')
  .max(100, 'Use at most 100 characters.')
  .refine((name) => !hasUnseen(name), 'The name holds characters that cannot be seen. Type it by hand.');

/** Gives one person sign-in access to the team, with an account when there is none. */
export const inviteUser = operation<Ready>({
  kind: 'user.invite',
  command: { verb: 'invite', args: '<email>', summary: 'Give one person sign-in access' },
  subject: 'text',
  right: 'admin',
  title: 'Invite user',
  submit: 'Invite',
  fields: [
    {
      name: 'email',
      label: 'E-mail',
      type: 'email',
      initial: ({ unknown }) => (unknown ? addressPart(unknown.words) : undefined),
    },
    { name: 'firstName', label: 'First name', type: 'text', max: 100 },
    { name: 'lastName', label: 'Last name', type: 'text', max: 100 },
  ],
  input: z
    .object({
      email: z.string({ error: 'Write an address like anna@acme.com.' }),
      firstName: personName,
      lastName: personName,
    })
    .transform((input, context): Ready => {
      const parsed = parseEmail(addressPart(input.email));
      if (!parsed.ok) {
        context.addIssue({ code: 'custom', path: ['email'], message: parsed.words });
        return z.NEVER;
      }
      return { ...input, email: parsed.key, domain: parsed.domain };
    }),
  asks: ({ email, domain }) => ({ email, names: [domain] }),
  requires: [domainIsOurs, notInTeam],
  approval: null,
  act: (_facts, { email }) => `Invite ${email}`,
  about: (facts, { email }) => ({ id: teamOf(facts).id, name: email }),
  effects: (facts, ready, context) => [
    {
      type: 'users.invite',
      user: { ...ready, teamId: teamOf(facts).id, viaDomainId: ownDomain(facts, ready)?.id ?? null },
    },
    ...announce(context, teamOf(facts).id, ['invited ', { bold: ready.email }]),
  ],
  done: (facts, { email }) =>
    say(
      facts.user
        ? `${email} had an account already and now has sign-in access to ${teamOf(facts).name}.`
        : `${email} has an account now, and sign-in access to ${teamOf(facts).name}.`,
      [step.open('user.invite', { team: teamOf(facts).id }, { label: 'Invite another user' })],
    ),
});

/** The team's own row of the address's domain, if it has one. */
function ownDomain(facts: Facts, { domain }: Ready) {
  return facts.names.find(({ name }) => name === domain)?.own ?? null;
}

/** Only people of a proven domain can be invited: nobody hands out access to another organisation's addresses. */
function domainIsOurs(facts: Facts, ready: Ready): Refusal | null {
  const own = ownDomain(facts, ready);
  if (own === null) {
    const live = facts.names.find(({ name }) => name === ready.domain)?.liveElsewhere;
    return live
      ? {
          code: 'taken',
          text: `${owner(facts, live)} has ${ready.domain}: only its admins can invite people of it, or contact support${contact(facts)}.`,
        }
      : {
          code: 'unknown-domain',
          text: `${ready.domain} is not a domain of ${teamOf(facts).name}: add and verify it first.`,
          steps: [step.open('domain.add', { team: teamOf(facts).id })],
        };
  }
  if (own.state === 'Unverified')
    return {
      code: 'unverified',
      text: `${ready.domain} is not verified yet: verify it first.`,
      steps: [step.do('domain.verify', { domain: own.id })],
    };
  if (own.state === 'Deleting')
    return {
      code: 'deleting',
      text: `${ready.domain} is being deleted, so nobody can be invited through it.`,
      steps: [step.show('status', { domain: own.id })],
    };
  return null;
}

function notInTeam(facts: Facts, { email }: Ready): Refusal | null {
  if (!facts.user?.inTeam) return null;
  return { code: 'in-team', text: `${email} is in ${teamOf(facts).name} already and has sign-in access.` };
}
