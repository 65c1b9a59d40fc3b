import type { SearchAmong } from '../operations/operation.ts';
import { admit } from './admit.ts';
import type { Context } from './context.ts';
import { DECISION, mayDecide } from './decision-rules.ts';
import { readFacts } from './facts/read.ts';
import { searchOptions } from './lists/index.ts';
import type { Asker, Opening } from './service.ts';
import { understand } from './understand.ts';

/**
 * What the Approve and Reject modals show, or why this person may not decide now: one read.
 * @param context what the service works with
 * @param asker who wants to decide
 * @param requestId on what
 */
export async function openDecision(context: Context, asker: Asker, requestId: string): Promise<Opening> {
  const question = understand(
    DECISION,
    { workspaceId: asker.workspaceId, slackId: asker.slackId },
    { requestId },
  );
  const read = await readFacts(context.db, question, context.clock.now(), context.installation);
  const admission = admit(DECISION, read);
  if (admission.type !== 'admitted') return admission;
  const { facts } = admission;
  if (!facts.request || !facts.team) {
    const text = 'This request is gone. Run /sso requests to see what waits.';
    return { type: 'refused', refusal: { code: 'noRequest', text } };
  }
  const refusal = mayDecide({ facts, request: facts.request, team: facts.team });
  return refusal ? { type: 'refused', refusal } : { type: 'open', facts };
}

/**
 * Options of a search field while somebody types. The domains and connections of a team are named to whoever may
 * read their status: everyone in the workspace but guests. Other teams than that are never named.
 * @param context what the service works with
 * @param asker who types
 * @param teamId the team whose names are searched
 * @param among which names
 * @param words what was typed so far
 * @returns at most 100 options
 */
export async function search(
  context: Context,
  asker: Asker,
  teamId: string,
  among: SearchAmong,
  words: string,
) {
  const question = understand(DECISION, asker, { teamId });
  const read = await readFacts(context.db, question, context.clock.now(), context.installation);
  const admission = admit(DECISION, read);
  return admission.type === 'admitted' ? searchOptions(context.db, teamId, among, words) : [];
}
