import { z } from 'zod';
import { say } from '../words/document.ts';
import { step } from './common/steps.ts';
import type { TeamValues } from './common/team-values.ts';
import { deciders, membersOf, shortage, teamFields, teamProblems, teamValues } from './common/team-values.ts';
import { operation } from './operation.ts';

interface Ready extends TeamValues {
  id: string;
}

/** Makes a team. The first one of a workspace, and further ones, by a Slack admin or owner. */
export const setup = operation<TeamValues, Ready>({
  kind: 'setup',
  command: { verb: 'setup', args: '', summary: 'Set up a team (Slack admins and owners)' },
  subject: 'none',
  right: 'slackAdmin',
  title: 'Set up your team',
  submit: 'Create team',
  fields: teamFields((facts) => ({ admins: [facts.person.slackId] })),
  intro: ({ teams }) =>
    teams.length > 0
      ? say(`This makes a further team beside ${teams.map(({ name }) => name).join(', ')}.`)
      : null,
  looksAt: ['workspaceTeams'],
  input: z.object(teamValues),
  asks: ({ admins, approvers }) => ({ people: [...new Set([...admins, ...approvers])] }),
  async prepare(facts, input, tools) {
    const errors = teamProblems(facts, input);
    const short = shortage(input, input.approvalsNeeded);
    // Nobody to approve at all is allowed: a first admin alone may begin, and adds an approver later by the settings.
    if (short && deciders(input) > 0) errors.approvalsNeeded = short;
    if (Object.keys(errors).length > 0) return { ok: false, errors };
    return { ok: true, ready: { ...input, id: tools.newId() } };
  },
  requires: [
    (facts, ready) => {
      const [text] = Object.values(teamProblems(facts, ready));
      return text === undefined ? null : { code: 'team', text };
    },
  ],
  approval: null,
  act: (_facts, { name }) => `Set up the team ${name}`,
  about: (_facts, { id, name }) => ({ id, name }),
  effects: (facts, ready, context) => [
    {
      type: 'teams.add',
      team: {
        id: ready.id,
        workspaceId: facts.workspaceId,
        name: ready.name,
        channelId: ready.channelId,
        approvalsNeeded: ready.approvalsNeeded,
        approvals: {},
      },
    },
    { type: 'members.set', teamId: ready.id, members: membersOf(ready) },
    {
      type: 'tell.channel',
      teamId: ready.id,
      document: say([
        { person: context.askedBy },
        ' set up the team ',
        { bold: ready.name },
        '. Approvals and changes of its domains are told in this channel.',
      ]),
    },
  ],
  done: (_facts, ready) => {
    const short = shortage(ready, ready.approvalsNeeded);
    const document = say(`The team ${ready.name} is set up. Add a domain and a connection next.`);
    if (short) document.parts.push({ type: 'note', words: short });
    document.parts.push({
      type: 'steps',
      steps: [
        step.open('domain.add', { team: ready.id }, { style: 'primary' }),
        step.open('connection.add', { team: ready.id }),
        ...(short ? [step.open('settings', { team: ready.id })] : []),
      ],
    });
    return document;
  },
});
