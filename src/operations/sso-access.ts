import { z } from 'zod';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { domainOperation } from './common/domain-operation.ts';
import { domainOf, teamOf } from './common/lookup.ts';
import { state } from './common/requirements.ts';
import { step } from './common/steps.ts';

/** Says whether a first SSO sign-in makes an account and puts it into the team (just-in-time provisioning). */
export const ssoAccess = domainOperation({
  kind: 'domain.jit',
  command: { verb: 'jit', args: '<domain>', summary: 'Say whether new users get SSO access by themselves' },
  title: 'Edit SSO access',
  submit: 'Save changes',
  fields: [
    {
      name: 'jit',
      label: 'SSO access',
      hint: 'When it is not allowed, new users are asked to get an invitation from an admin.',
      type: 'check',
      text: 'Allow just-in-time provisioning to give SSO access to new users',
      optional: true,
      initial: ({ domain }) => domain?.jit ?? false,
    },
  ],
  input: z.object({ jit: z.boolean().nullish().transform(Boolean) }),
  before: [state(['Verified', 'SSO off', 'SSO on'])],
  requires: [
    (facts, { jit }) =>
      domainOf(facts).jit === jit
        ? { code: 'unchanged', text: `Nothing changes: ${settingOf(domainOf(facts).name, jit)}.` }
        : null,
  ],
  approval: null,
  act: (facts, { jit }) => `${jit ? 'Allow' : 'Stop'} just-in-time provisioning for ${domainOf(facts).name}`,
  effects: (facts, { jit }, context) => [
    { type: 'domains.change', changes: [{ id: domainOf(facts).id, jit }] },
    ...announce(context, teamOf(facts).id, [
      `${jit ? 'allowed' : 'stopped'} just-in-time provisioning for `,
      { bold: domainOf(facts).name },
    ]),
  ],
  done: (facts, { jit }) =>
    say(`Saved: ${settingOf(domainOf(facts).name, jit)}.`, [
      step.show('status', { domain: domainOf(facts).id }),
      ...(jit ? [] : [step.open('user.invite', { team: teamOf(facts).id })]),
    ]),
});

function settingOf(name: string, jit: boolean): string {
  return jit
    ? `new users of ${name} get an account and come into the team with their first SSO sign-in`
    : `new users of ${name} need an invitation before they can sign in by SSO`;
}
