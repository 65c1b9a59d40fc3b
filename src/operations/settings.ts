import { z } from 'zod';
import type { Effect } from '../service/effects/effect.ts';
import type { Facts, TeamFact } from '../service/facts/facts.ts';
import { say } from '../words/document.ts';
import { announce } from './common/announce.ts';
import { approvableChanges } from './common/approvable.ts';
import { teamOf } from './common/lookup.ts';
import { changesOf, isRename, mends } from './common/settings-changes.ts';
import { step } from './common/steps.ts';
import type { TeamValues } from './common/team-values.ts';
import {
  deciders,
  membersOf,
  NEEDED,
  shortage,
  teamFields,
  teamProblems,
  teamValues,
} from './common/team-values.ts';
import type { Field } from './operation.ts';
import { operation } from './operation.ts';

/** What the settings shall be; `approvals` names only the kinds that do not follow the team. */
export interface Settings extends TeamValues {
  approvals: Record<string, number>;
}

const AS_TEAM = 'team';
const needed = z.enum([AS_TEAM, '0', '1', '2', '3']).nullish();
const fieldFor = (kind: string) => `needed:${kind}`;

/** Asked for each change that may need an approval, whichever there are. */
const perKind = (): Field[] =>
  approvableChanges().map(({ kind, label }) => ({
    name: fieldFor(kind),
    label: `Approvals: ${label}`,
    type: 'choice',
    optional: true,
    options: () => [{ value: AS_TEAM, label: 'As the team' }, ...NEEDED],
    initial: ({ team }) => String(team?.approvals[kind] ?? AS_TEAM),
  }));

/**
 * Changes a team's name, channel, people and approvals. Others approve it, except a new name, and except new
 * approvers for a team in which nobody is left who could.
 */
export const settings = operation<Settings>({
  kind: 'settings',
  command: { verb: 'settings', args: '', summary: 'Change the team: people, channel, approvals' },
  subject: 'team',
  right: 'admin',
  title: 'Team settings',
  submit: 'Save changes',
  get fields() {
    return [...teamFields((facts) => facts.team ?? {}), ...perKind()];
  },
  looksAt: ['workspaceTeams'],
  input: z
    .object(teamValues)
    .catchall(z.unknown())
    .transform((input, context): Settings => {
      const { name, channelId, admins, approvers, approvalsNeeded } = input;
      const own = approvableChanges().flatMap(({ kind }): [string, number][] => {
        const value = needed.safeParse(input[fieldFor(kind)]);
        if (!value.success)
          context.addIssue({ code: 'custom', path: [fieldFor(kind)], message: 'Choose one of these.' });
        return value.data && value.data !== AS_TEAM ? [[kind, Number(value.data)]] : [];
      });
      return { name, channelId, admins, approvers, approvalsNeeded, approvals: Object.fromEntries(own) };
    }),
  asks: ({ admins, approvers }) => ({ people: [...new Set([...admins, ...approvers])] }),
  async prepare(facts, input) {
    const errors = {
      ...teamProblems(facts, input, teamOf(facts).id),
      ...tooManyNeeded(teamOf(facts), input),
    };
    return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, ready: input };
  },
  requires: [
    (facts, ready) => {
      const [text] = Object.values(teamProblems(facts, ready, teamOf(facts).id));
      return text === undefined ? null : { code: 'team', text };
    },
    (facts, ready) =>
      changesOf(facts, ready).length > 0 || teamOf(facts).channelTrouble
        ? null
        : { code: 'unchanged', text: 'Nothing was changed in the settings.' },
  ],
  impact: (facts, ready) => ({
    people: 0,
    teams: [],
    lines: changesOf(facts, ready).map(({ line }) => line),
  }),
  approval: (facts, ready) =>
    isRename(facts, ready) || triesAgain(facts, ready) || canMend(facts, ready) === 0 ? null : 1,
  approvalAtMost: (facts, ready) => canMend(facts, ready) ?? 3,
  boundTo: (facts) => {
    const { name, channelId, admins, approvers, approvals, approvalsNeeded } = teamOf(facts);
    return {
      name,
      channelId,
      admins: [...admins].sort(),
      approvers: [...approvers].sort(),
      approvals,
      approvalsNeeded,
    };
  },
  act: (facts, ready) =>
    triesAgain(facts, ready)
      ? `Try the notifications channel of ${teamOf(facts).name} again`
      : `Change the settings of ${teamOf(facts).name}: ${changesOf(facts, ready)
          .map(({ what }) => what)
          .join(', ')}`,
  about: (facts) => ({ id: teamOf(facts).id, name: teamOf(facts).name }),
  effects: (facts, ready, context) => {
    const { id, channelTrouble, channelId: before } = teamOf(facts);
    const { name, channelId, approvalsNeeded, approvals } = ready;
    if (triesAgain(facts, ready)) return [hello(id, name)];
    return [
      { type: 'teams.change', change: { id, name, channelId, approvalsNeeded, approvals } },
      { type: 'members.set', teamId: id, members: membersOf(ready) },
      ...announce(context, id, [
        'changed the settings of ',
        { bold: teamOf(facts).name },
        `: ${changesOf(facts, ready)
          .map(({ what }) => what)
          .join(', ')}`,
      ]),
      ...(channelTrouble || channelId !== before ? [hello(id, name)] : []),
    ];
  },
  done: (facts, ready) => {
    const short = shortage(ready, mostNeeded(ready));
    const document = say(
      triesAgain(facts, ready)
        ? 'Nothing was changed in the settings. A hello was sent to the notifications channel: if it does not arrive, the admins are told why.'
        : `The settings of ${ready.name} are saved.`,
    );
    if (short) document.parts.push({ type: 'note', words: short });
    document.parts.push({ type: 'steps', steps: [step.show('overview', { team: teamOf(facts).id })] });
    return document;
  },
});

/** Whether the settings are saved as they are, to see whether a channel that took no messages was mended in Slack. */
function triesAgain(facts: Facts, ready: Settings): boolean {
  return teamOf(facts).channelTrouble && changesOf(facts, ready).length === 0;
}

/** The first message that arrives ends the trouble with a channel, and has its cards posted. */
function hello(teamId: string, name: string): Effect {
  const words = [
    'Hello! Notices of ',
    { bold: name },
    ' are posted here: requests for approval, changes, and what will be due.',
  ];
  return { type: 'tell.channel', teamId, document: say(words) };
}

/** How many approvers are left to ask, when the change only gives a team back the approvers it lacks; else null. */
function canMend(facts: Facts, ready: Settings): number | null {
  const team = teamOf(facts);
  const others = team.approvers.filter((approver) => approver !== facts.person.slackId).length;
  const asked = team.approvals.settings ?? team.approvalsNeeded;
  return others < asked && mends(team, ready, facts.person.slackId) ? others : null;
}

function mostNeeded({ approvalsNeeded, approvals }: Pick<Settings, 'approvalsNeeded' | 'approvals'>): number {
  return Math.max(...approvableChanges().map(({ kind }) => approvals[kind] ?? approvalsNeeded));
}

/**
 * Nobody shall lock a team by asking for more approvals than can be had. A team that lacks approvers already may
 * still be bettered step by step, and one with nobody to decide is warned instead.
 */
function tooManyNeeded(team: TeamFact, ready: Settings): Record<string, string> {
  const short = shortage(ready, mostNeeded(ready));
  if (!short || deciders(ready) === 0) return {};
  const lacking = mostNeeded(ready) - deciders(ready);
  const lacked = mostNeeded(team) - deciders(team);
  return lacking <= lacked && lacked > 0 ? {} : { approvalsNeeded: short };
}
