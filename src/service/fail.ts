import { say } from '../words/document.ts';
import type { Attempt } from './attempt.ts';
import { lastingSubject } from './audit.ts';
import type { Context } from './context.ts';
import type { Decided } from './decision-rules.ts';
import { commit } from './effects/commit.ts';
import type { NewDecision } from './effects/write.ts';
import { guardsOf } from './guards.ts';
import { newReference } from './ids.ts';
import type { Outcome } from './service.ts';
import { tellStep } from './tellings.ts';

/**
 * An approved change broke. Says so, with a reference that is also in the log, and never that it is done.
 * The approval stands: whoever tries again needs no new one while nothing has changed.
 * @param context what the service works with
 * @param decided the request and what it was decided on
 * @param approval the approval that was to run it
 * @param error what broke; it goes to the log alone
 */
export async function failRequest(
  context: Context,
  { facts, request, team }: Decided,
  approval: { approvals: number; decision: NewDecision | null },
  error: unknown,
): Promise<Attempt<Outcome>> {
  const reference = newReference();
  context.log.error(
    { err: error, reference, request: request.id, kind: request.kind },
    'An approved change failed',
  );
  const words = `This failed: ${request.act}. Nothing was changed. Reference ${reference}.`;
  const done = await commit(context.db, {
    workspaceId: facts.workspaceId,
    now: facts.now,
    guards: guardsOf(facts),
    effects: tellStep(team, request, words, true),
    changeRequest: { id: request.id, status: 'Failed', approvals: approval.approvals, errorRef: reference },
    ...(approval.decision && { decision: approval.decision }),
    audit: [
      {
        teamId: team.id,
        actor: facts.person.slackId,
        kind: request.kind,
        outcome: 'Failed',
        subjectName: request.subjectName,
        ...lastingSubject(request.kind, request.subjectId),
        detail: { act: request.act, request: request.id, reference },
      },
    ],
  });
  if (done) context.counted?.(request.kind, 'failed');
  return done ? { type: 'refused', refusal: { code: 'failed', text: say(words).text } } : 'stale';
}
