import type { Facts, TeamFact } from '../../service/facts/facts.ts';
import { approvableChanges } from './approvable.ts';
import { counted, listed } from './counted.ts';
import { teamOf } from './lookup.ts';
import type { TeamValues } from './team-values.ts';

type Settings = TeamValues & { approvals: Record<string, number> };

/** One thing that new settings change: in a word or two, and in a sentence for the card. */
export interface SettingsChange {
  what: string;
  line: string;
}

/**
 * What new settings change.
 * @param facts the team as it is, and the people named
 * @param next what it shall be
 */
export function changesOf(facts: Facts, next: Settings): SettingsChange[] {
  const team = teamOf(facts);
  const changes: SettingsChange[] = [];
  if (next.name !== team.name) changes.push({ what: 'name', line: `The team is named ${next.name}.` });
  if (next.channelId !== team.channelId)
    changes.push({ what: 'notifications channel', line: 'Notices go to another channel.' });
  for (const role of ['admins', 'approvers'] as const) {
    if (sameSet(next[role], team[role])) continue;
    const gone = team[role].filter((slackId) => !next[role].includes(slackId)).length;
    const lost =
      gone > 0
        ? ` ${counted(gone, 'person', 'people')} of today ${gone === 1 ? 'loses' : 'lose'} this role.`
        : '';
    const left =
      next[role].length > 0
        ? listed(
            next[role].map((id) => nameOf(facts, id)),
            50,
          )
        : 'nobody';
    changes.push({
      what: role,
      line: `${role === 'admins' ? 'Admins' : 'Approvers'} will be: ${left}.${lost}`,
    });
  }
  if (next.approvalsNeeded !== team.approvalsNeeded)
    changes.push({
      what: 'approvals needed',
      line: `Approvals needed: ${next.approvalsNeeded} instead of ${team.approvalsNeeded}.`,
    });
  for (const { kind, label } of approvableChanges()) {
    if (next.approvals[kind] === team.approvals[kind]) continue;
    const what = `approvals for ${label}`;
    const told = (value: number | undefined) => (value === undefined ? 'as the team' : String(value));
    changes.push({
      what,
      line: `Approvals for ${label}: ${told(next.approvals[kind])} instead of ${told(team.approvals[kind])}.`,
    });
  }
  return changes;
}

/** @returns whether nothing but the name is new: renaming needs nobody's approval */
export function isRename(facts: Facts, next: Settings): boolean {
  const changes = changesOf(facts, next);
  return changes.length === 1 && changes[0]?.what === 'name';
}

/**
 * Whether new settings only give a team more approvers: nobody loses a role, nobody becomes admin, nothing needs fewer
 * approvals. Name and channel may change as well, for a lost channel must not stand in the way.
 * @param team the team as it is
 * @param next what it shall be
 * @param asker who asks; their own approval counts for nothing
 */
export function mends(team: TeamFact, next: Settings, asker: string): boolean {
  const added = next.approvers.filter((slackId) => !team.approvers.includes(slackId) && slackId !== asker);
  return (
    added.length > 0 &&
    sameSet(next.admins, team.admins) &&
    team.approvers.every((slackId) => next.approvers.includes(slackId)) &&
    next.approvalsNeeded === team.approvalsNeeded &&
    approvableChanges().every(({ kind }) => next.approvals[kind] === team.approvals[kind])
  );
}

function sameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function nameOf(facts: Facts, slackId: string): string {
  return [...facts.named, facts.person].find((person) => person.slackId === slackId)?.name ?? slackId;
}
