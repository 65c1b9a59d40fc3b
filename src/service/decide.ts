import { DatabaseUnavailable } from '../../db/errors.ts';
import { findKind } from '../operations/common/find.ts';
import { plain, say, type Words } from '../words/document.ts';
import { admit } from './admit.ts';
import { boundOf, changedSince, eligible, impactOf } from './approval.ts';
import { type Attempt, attempt, isLostRace } from './attempt.ts';
import { lastingSubject } from './audit.ts';
import type { AnyOperation, Context } from './context.ts';
import { DECISION, type Decided, mayDecide, mayRetry, mayWithdraw } from './decision-rules.ts';
import { effectContext } from './effect-context.ts';
import { commit } from './effects/commit.ts';
import type { Effect } from './effects/effect.ts';
import type { NewDecision, RequestChange } from './effects/write.ts';
import { readFacts } from './facts/read.ts';
import { failRequest } from './fail.ts';
import { guardsOf } from './guards.ts';
import { alreadyAsked, unmet } from './requirements.ts';
import type { Asker, Outcome } from './service.ts';
import { needsSubject } from './subject.ts';
import { tellStep } from './tellings.ts';
import { understand } from './understand.ts';

export type Verdict = 'approve' | 'reject' | 'withdraw' | 'retry';

/**
 * Approves, rejects, withdraws or tries again: one read and one write that guards the request's version, so that
 * exactly one decision wins, whatever is clicked at once. The last approval runs the change in that same write.
 * @param context what the service works with
 * @param asker who decides
 * @param requestId which request
 * @param verdict what they decide
 * @param comment their words: the reason of a rejection
 */
export async function decide(
  context: Context,
  asker: Asker,
  requestId: string,
  verdict: Verdict,
  comment: string | null,
): Promise<Outcome> {
  const question = understand(
    DECISION,
    { workspaceId: asker.workspaceId, slackId: asker.slackId },
    { requestId },
  );
  return attempt(async () => {
    const read = await readFacts(context.db, question, context.clock.now(), context.installation);
    const admission = admit(DECISION, read);
    if (admission.type !== 'admitted') return admission;
    const { facts } = admission;
    const { request, team } = facts;
    if (!request || !team) {
      return {
        type: 'refused',
        refusal: { code: 'noRequest', text: 'This request is gone. Run /sso requests to see what waits.' },
      };
    }
    const decided: Decided = { facts, request, team };
    if (verdict === 'withdraw') return withdraw(context, decided);
    if (verdict === 'reject') return reject(context, decided, comment ?? '');
    return approve(context, decided, verdict, comment);
  });
}

async function withdraw(context: Context, decided: Decided): Promise<Attempt<Outcome>> {
  const refusal = mayWithdraw(decided);
  if (refusal) return { type: 'refused', refusal };
  const { request, facts } = decided;
  const change: RequestChange = {
    id: request.id,
    status: 'Withdrawn',
    approvals: request.approvals,
    endedBy: facts.person.slackId,
  };
  return settle(
    context,
    decided,
    change,
    null,
    [{ person: facts.person.slackId }, ` withdrew this: ${request.act}.`],
    'Withdrawn.',
  );
}

async function reject(context: Context, decided: Decided, reason: string): Promise<Attempt<Outcome>> {
  const refusal = mayDecide(decided);
  if (refusal) return { type: 'refused', refusal };
  const words = reason.trim();
  if (words === '')
    return { type: 'errors', errors: { reason: 'Say why, so that the one who asked can do better.' } };
  const { request, facts } = decided;
  const me = facts.person.slackId;
  return settle(
    context,
    decided,
    { id: request.id, status: 'Rejected', approvals: request.approvals, note: words, endedBy: me },
    { requestId: request.id, requester: request.requester, slackId: me, verdict: 'reject', comment: words },
    [{ person: me }, ` rejected this: ${request.act}. Reason: ${words}`],
    'Rejected. The one who asked was told.',
  );
}

/** Counts the approval, and with the last one runs the change, unless what it rests on has changed. */
async function approve(
  context: Context,
  decided: Decided,
  verdict: 'approve' | 'retry',
  comment: string | null,
): Promise<Attempt<Outcome>> {
  const { facts, request, team } = decided;
  const refusal =
    verdict === 'retry'
      ? (mayRetry(decided) ?? alreadyAsked(facts, request.kind, request.subjectId))
      : mayDecide(decided);
  if (refusal) return { type: 'refused', refusal };
  const me = facts.person.slackId;
  const decision: NewDecision | null =
    verdict === 'retry'
      ? null
      : {
          requestId: request.id,
          requester: request.requester,
          slackId: me,
          verdict: 'approve',
          comment: comment?.trim() || null,
        };
  // An approval given by somebody who has lost the role since then no longer counts.
  const standing = eligible(team, request.requester);
  const earlier = request.decisions.filter(
    (d) => d.verdict === 'approve' && standing.includes(d.slackId),
  ).length;
  // Somebody who lost the role and has it again may come on top of those who are needed.
  const approvals = Math.min(verdict === 'retry' ? earlier : earlier + 1, request.needed);
  if (approvals < request.needed && verdict === 'approve') {
    const count = `${approvals} of ${request.needed} approvals`;
    const words: Words = [{ person: me }, ` approved this (${count}): ${request.act}.`];
    return settle(
      context,
      decided,
      { id: request.id, status: 'Pending', approvals },
      decision,
      words,
      `Approved: ${count}.`,
    );
  }
  const listed = findKind(context.operations, request.kind);
  const operation = listed?.type === 'operation' ? listed : undefined;
  const changed = whyVoid(operation, decided, approvals);
  if (!operation || changed !== null) {
    const note = changed ?? '';
    const words: Words = [`Not run: ${request.act}. `, note, ' It can be asked for again.'];
    const change: RequestChange = { id: request.id, status: 'Void', approvals: request.approvals, note };
    return settle(context, decided, change, null, words, `Not run. ${note} The one who asked was told.`);
  }
  return runApproved(context, operation, decided, { approvals, decision });
}

/** Why an approved change must not run now, or null. */
function whyVoid(
  operation: AnyOperation | undefined,
  { facts, request, team }: Decided,
  approvals: number,
): string | null {
  if (!operation) return 'This release no longer knows how to do it.';
  if (approvals < request.needed) return 'Somebody who approved it is no longer an approver of the team.';
  // A team without admins is rescued by somebody who is none; see `admit`.
  const rescue = operation.kind === 'settings' && team.admins.length === 0;
  if (!rescue && !team.admins.includes(request.requester))
    return 'The one who asked is no longer an admin of the team.';
  const ready = request.input;
  if (needsSubject(operation, facts)) return `${request.subjectName} is not there any more.`;
  const refusal = unmet(operation.before ?? [], facts, ready) ?? unmet(operation.requires, facts, ready);
  if (refusal) return plain(refusal.text);
  return changedSince(request, boundOf(operation, facts, ready), impactOf(operation, facts, ready));
}

async function runApproved(
  context: Context,
  operation: AnyOperation,
  decided: Decided,
  { approvals, decision }: { approvals: number; decision: NewDecision | null },
): Promise<Attempt<Outcome>> {
  const { facts, request } = decided;
  const me = facts.person.slackId;
  const status = operation.long ? 'Approved' : 'Done';
  const words: Words = [
    { person: me },
    ` approved this: ${request.act}. ${operation.long ? 'It is under way.' : 'It is done.'}`,
  ];
  try {
    const effects = operation.effects(
      facts,
      request.input as never,
      effectContext(context, request.requester, request.id),
    );
    const change: RequestChange = { id: request.id, status, approvals, endedBy: me };
    const short = `${operation.long ? 'Approved and under way' : 'Approved and done'}: ${request.act}.`;
    return await settle(context, decided, change, decision, words, short, effects);
  } catch (error) {
    if (isLostRace(error) || error instanceof DatabaseUnavailable) throw error;
    return failRequest(context, decided, { approvals, decision }, error);
  }
}

/** One write: the request moves on, its card, thread and requester are told, the audit trail says who. */
async function settle(
  context: Context,
  { facts, request, team }: Decided,
  change: RequestChange,
  decision: NewDecision | null,
  words: Words,
  short: Words,
  effects: Effect[] = [],
): Promise<Attempt<Outcome>> {
  const over = change.status !== 'Pending';
  const done = await commit(context.db, {
    workspaceId: facts.workspaceId,
    now: facts.now,
    guards: guardsOf(facts),
    effects: [
      ...effects,
      ...tellStep(team, request, words, over && facts.person.slackId !== request.requester),
    ],
    changeRequest: change,
    ...(decision && { decision }),
    audit: [
      {
        teamId: team.id,
        actor: facts.person.slackId,
        kind: request.kind,
        outcome: over ? change.status : 'Approved',
        subjectName: request.subjectName,
        ...lastingSubject(request.kind, request.subjectId),
        detail: {
          act: request.act,
          request: request.id,
          reason: request.reason,
          note: change.note ?? decision?.comment ?? null,
        },
      },
    ],
  });
  if (!done) return 'stale';
  context.counted?.(request.kind, (over ? change.status : 'Approved').toLowerCase());
  return change.status === 'Void'
    ? { type: 'refused', refusal: { code: 'void', text: short } }
    : { type: 'done', document: say(short) };
}
