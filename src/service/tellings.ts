import { type Step, say, type Words } from '../words/document.ts';
import type { Effect } from './effects/effect.ts';
import type { RequestFact, TeamFact } from './facts/facts.ts';

type Told = Pick<RequestFact, 'id' | 'requester'>;

/** Approvers who get a direct message; a larger circle reads the card in the channel. */
const MOST_TOLD = 25;

/** @returns who is told of a new request: the channel by its card, each approver by direct message */
export function tellAsked(team: TeamFact, request: Told & { act: string }, approvers: string[]): Effect[] {
  return [
    { type: 'tell.card', key: `request:${request.id}` },
    ...approvers.slice(0, MOST_TOLD).map(
      (slackId): Effect => ({
        type: 'tell.person',
        teamId: team.id,
        slackId,
        about: `request:${request.id}`,
        document: say(
          [{ person: request.requester }, ` asks for your approval: ${request.act}.`],
          [showRequests(team.id)],
        ),
      }),
    ),
  ];
}

/**
 * What stands below a direct message that asks for approval, beside the link to the card. Direct messages are not
 * edited when somebody has decided, so they carry nothing that could be out of date: this shows what waits then.
 */
export function showRequests(teamId: string): Step {
  return { label: 'Show requests', go: 'show', kind: 'requests', args: { team: teamId } };
}

/** @returns the card drawn anew, the step told in its thread, and the requester told when it is over for them */
export function tellStep(team: TeamFact, request: Told, words: Words, tellRequester: boolean): Effect[] {
  const key = `request:${request.id}` as const;
  return [
    { type: 'tell.card', key },
    { type: 'tell.thread', key, document: say(words) },
    ...(tellRequester
      ? ([
          {
            type: 'tell.person',
            teamId: team.id,
            slackId: request.requester,
            about: key,
            document: say(words),
          },
        ] as const)
      : []),
  ];
}
