import { z } from 'zod';
import { hasUnseen, plainWords } from '../../identity/words.ts';
import type { NewMember } from '../../service/effects/effect.ts';
import type { Facts } from '../../service/facts/facts.ts';
import type { Field, Option } from '../operation.ts';
import { counted } from './counted.ts';

/** What makes up a team, as set-up and settings give it. */
export interface TeamValues {
  name: string;
  channelId: string;
  admins: string[];
  approvers: string[];
  approvalsNeeded: number;
}

const MOST_PEOPLE = 50;

/** Words for a number of approvals. */
export const NEEDED: Option[] = [
  { value: '0', label: 'Nobody: changes run at once' },
  { value: '1', label: 'One other person' },
  { value: '2', label: 'Two other people' },
  { value: '3', label: 'Three other people' },
];

const someone = (who: string) =>
  z
    .array(z.string().min(1).max(50), { error: `Choose ${who}.` })
    .max(MOST_PEOPLE, `Choose at most ${MOST_PEOPLE} people.`)
    .transform((ids) => [...new Set(ids)].sort());

/** How many approvals, as a select gives it. */
export const needed = z.enum(['0', '1', '2', '3'], { error: 'Choose how many.' }).transform(Number);

export const teamValues = {
  name: z
    .string({ error: 'Write the name of the team.' })
    .transform((name) => plainWords(name).replace(/\s+/g, ' ').trim())
    .pipe(
      z
        .string()
        .min(1, 'Write the name of the team.')
        .max(60, 'Use at most 60 characters.')
        .refine(
          (name) => !hasUnseen(name),
          'The name holds characters that cannot be seen. Type it by hand.',
        ),
    ),
  channelId: z.string({ error: 'Choose a channel.' }).min(1, 'Choose a channel.').max(50),
  admins: someone('at least one admin').refine((ids) => ids.length > 0, 'Choose at least one admin.'),
  approvers: someone('the approvers')
    .nullish()
    .transform((ids) => ids ?? []),
  approvalsNeeded: needed,
};

/**
 * The fields that set-up and settings share.
 * @param now the team as it is, to begin with
 */
export function teamFields(now: (facts: Facts) => Partial<TeamValues>): Field[] {
  return [
    { name: 'name', label: 'Team name', type: 'text', max: 60, initial: (facts) => now(facts).name },
    {
      name: 'channelId',
      label: 'Notifications channel',
      hint: 'Invite the bot to it. Approvals and every change are told there.',
      type: 'channel',
      initial: (facts) => now(facts).channelId,
    },
    {
      name: 'admins',
      label: 'Admins',
      hint: 'They ask for changes.',
      type: 'people',
      initial: (facts) => now(facts).admins,
    },
    {
      name: 'approvers',
      label: 'Approvers',
      hint: 'They decide on what others ask for, never on their own requests.',
      type: 'people',
      optional: true,
      initial: (facts) => now(facts).approvers,
    },
    {
      name: 'approvalsNeeded',
      label: 'Approvals needed',
      type: 'choice',
      options: () => NEEDED,
      initial: (facts) => String(now(facts).approvalsNeeded ?? 1),
    },
  ];
}

/**
 * What is wrong with a team's values beyond their shape, by field.
 * @param facts with the people named
 * @param values what the team shall be
 * @param own the id of the team itself, when it is there already
 */
export function teamProblems(facts: Facts, values: TeamValues, own?: string): Record<string, string> {
  const problems: Record<string, string> = {};
  const key = values.name.toLowerCase();
  if (facts.workspaceTeams.some((team) => team.id !== own && team.name.toLowerCase() === key))
    problems.name = 'Another team of this workspace has this name. Choose a different one.';
  for (const field of ['admins', 'approvers'] as const) {
    const wrong = values[field].flatMap((slackId) => unfit(facts, slackId) ?? []);
    if (wrong[0] !== undefined) problems[field] = wrong[0];
  }
  return problems;
}

function unfit(facts: Facts, slackId: string): string | null {
  const person = [...facts.named, facts.person].find((one) => one.slackId === slackId);
  if (!person) return 'One of these people could not be looked up. Choose people of this workspace.';
  if (person.deactivated) return `${person.name} is deactivated in Slack. Choose somebody else.`;
  if (person.guest) return `${person.name} is a guest. Choose full members only.`;
  return null;
}

/**
 * How many people can decide on what the best-placed admin asks for: nobody decides on their own request.
 * @param values who has which role
 */
export function deciders({ admins, approvers }: Pick<TeamValues, 'admins' | 'approvers'>): number {
  return Math.max(0, ...admins.map((admin) => approvers.filter((approver) => approver !== admin).length));
}

/**
 * What to say when more approvals are asked for than there are people to give them.
 * @param values the team
 * @param people the most approvals asked for
 */
export function shortage(values: Pick<TeamValues, 'admins' | 'approvers'>, people: number): string | null {
  const can = deciders(values);
  if (people <= can) return null;
  if (can === 0)
    return 'Nobody can approve what the only admin asks for: add an approver who is somebody else.';
  return `${counted(people, 'approval')} cannot be reached: besides the person who asks there ${can === 1 ? 'is' : 'are'} only ${counted(can, 'approver')}.`;
}

/** @returns the rows of a team's members */
export function membersOf({ admins, approvers }: Pick<TeamValues, 'admins' | 'approvers'>): NewMember[] {
  return [...new Set([...admins, ...approvers])]
    .sort()
    .map((slackId) => ({ slackId, admin: admins.includes(slackId), approver: approvers.includes(slackId) }));
}
