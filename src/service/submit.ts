import { addHours } from 'date-fns';
import type { ImportReady } from '../operations/import-users.ts';
import type { Refusal } from '../operations/operation.ts';
import { say } from '../words/document.ts';
import { admit } from './admit.ts';
import {
  boundOf,
  DEADLINE_HOURS,
  eligible,
  impactOf,
  peopleNeeded,
  plainJson,
  tooFewApprovers,
} from './approval.ts';
import { type Attempt, attempt } from './attempt.ts';
import { lastingSubject } from './audit.ts';
import type { AnyOperation, Context } from './context.ts';
import { effectContext } from './effect-context.ts';
import { commit } from './effects/commit.ts';
import type { Effect } from './effects/effect.ts';
import type { Facts } from './facts/facts.ts';
import type { Beyond } from './facts/question.ts';
import { readFacts } from './facts/read.ts';
import { fieldErrors } from './field-errors.ts';
import { guardsOf } from './guards.ts';
import { newId } from './ids.ts';
import { importUsers } from './import-users.ts';
import { alreadyAsked, unmet } from './requirements.ts';
import type { Asker, Outcome, Reference } from './service.ts';
import { needsSubject, unknownName } from './subject.ts';
import { tellAsked } from './tellings.ts';
import { understand } from './understand.ts';

/**
 * Carries out a change or asks for its approval: one read, one write. Rights and facts are looked at in what was
 * just read, and the write guards that it is still so; when it is not, both are done again.
 * @param context what the service works with
 * @param operation what is to be done
 * @param asker who, from where
 * @param reference what it is about
 * @param raw the modal's values by field name, as the person gave them
 */
export async function submit(
  context: Context,
  operation: AnyOperation,
  asker: Asker,
  reference: Reference,
  raw: unknown,
): Promise<Outcome> {
  const parsed = operation.input.safeParse(raw);
  if (!parsed.success) return { type: 'errors', errors: fieldErrors(parsed.error) };
  const question = {
    ...understand(operation, asker, reference, operation.asks?.(parsed.data)),
    without: sparedBy(operation),
  };
  return attempt(async () => {
    const read = await readFacts(context.db, question, context.clock.now(), context.installation);
    const admission = admit(operation, read);
    if (admission.type !== 'admitted') return admission;
    const { facts } = admission;
    const missing =
      (await unknownName(context, operation, facts, reference)) ?? needsSubject(operation, facts);
    return missing ?? carryOut(context, operation, facts, parsed.data);
  });
}

const BEYOND: readonly Beyond[] = ['connections', 'workspaceTeams', 'doubts'];

/** What need not be read, since the operation does not look at it. */
function sparedBy({ looksAt }: AnyOperation): Beyond[] {
  return BEYOND.filter((part) => !looksAt?.includes(part));
}

/**
 * What follows once it is settled who asks for what: what must hold, the preparation, then the change or the request.
 * @param context what the service works with
 * @param operation what is to be done
 * @param facts what was just read, with the one who asks
 * @param input what the operation's schema made of it
 * @returns the outcome, or `stale` when what was read is no longer so
 */
export async function carryOut(
  context: Context,
  operation: AnyOperation,
  facts: Facts,
  input: unknown,
): Promise<Attempt<Outcome>> {
  const early = unmet(operation.before ?? [], facts, undefined);
  if (early) return refused(early);
  const prepared = operation.prepare
    ? await operation.prepare(facts, input, context.tools)
    : { ok: true as const, ready: input };
  if (!prepared.ok) {
    if ('noted' in prepared && prepared.noted) await note(context, facts, prepared.noted);
    return 'errors' in prepared ? { type: 'errors', errors: prepared.errors } : refused(prepared.refusal);
  }
  const ready = prepared.ready;
  const refusal = unmet(operation.requires, facts, ready);
  if (refusal) return refused(refusal);
  if (operation.runs === 'import') {
    return importUsers(context.db, { facts, users: (ready as ImportReady).users, now: facts.now });
  }
  const needed = peopleNeeded(operation, facts, ready);
  return needed === 0
    ? run(context, operation, facts, ready)
    : ask(context, operation, facts, ready, needed, input);
}

/** Keeps what an attempt found; nothing depends on it, so it gives way to whoever was faster. */
async function note(context: Context, facts: Facts, effects: Effect[]): Promise<void> {
  const { workspaceId, now } = facts;
  await commit(context.db, { workspaceId, now, guards: guardsOf(facts), effects, audit: [] });
}

/** Runs what nobody has to approve. */
async function run(
  context: Context,
  operation: AnyOperation,
  facts: Facts,
  ready: unknown,
): Promise<Attempt<Outcome>> {
  const effects = operation.effects(facts, ready, effectContext(context, facts.person.slackId, null));
  const about = operation.about(facts, ready);
  const entries = operation.entries?.(facts, ready) ?? [
    { ...lastingSubject(operation.kind, about.id), name: about.name, act: operation.act(facts, ready) },
  ];
  const { lines } = impactOf(operation, facts, ready);
  // A further team begins its own trail, whichever team the person has already.
  const teamId = effects.find((e) => e.type === 'teams.add')?.team.id ?? facts.team?.id;
  const done = await commit(context.db, {
    workspaceId: facts.workspaceId,
    now: facts.now,
    guards: guardsOf(facts),
    effects,
    audit: teamId
      ? entries.map(({ name, act, ...subject }) => ({
          teamId,
          actor: facts.person.slackId,
          kind: operation.kind,
          outcome: 'Done',
          subjectName: name,
          ...subject,
          detail: {
            act,
            reason: operation.reason?.(ready) ?? null,
            ...(lines.length > 0 && { impact: lines }),
          },
        }))
      : [],
  });
  return done ? { type: 'done', document: operation.done(facts, ready) } : 'stale';
}

/** Writes the request, its card and the messages to its approvers. */
async function ask(
  context: Context,
  operation: AnyOperation,
  facts: Facts,
  ready: unknown,
  needed: number,
  input: unknown,
): Promise<Attempt<Outcome>> {
  const { team, person, now } = facts;
  if (!team) throw new Error(`${operation.kind} asks for approval without a team`);
  const about = operation.about(facts, ready);
  const refusal =
    alreadyAsked(facts, operation.kind, about.id) ?? tooFewApprovers(team, person.slackId, needed);
  if (refusal) return refused(refusal);
  const id = newId();
  const act = operation.act(facts, ready);
  const reason = operation.reason?.(ready) ?? null;
  const impact = impactOf(operation, facts, ready);
  const deadline = addHours(now, DEADLINE_HOURS);
  const done = await commit(context.db, {
    workspaceId: facts.workspaceId,
    now,
    guards: guardsOf(facts),
    effects: tellAsked(team, { id, act, requester: person.slackId }, eligible(team, person.slackId)),
    addRequest: {
      id,
      teamId: team.id,
      kind: operation.kind,
      subjectId: about.id,
      subjectName: about.name,
      act,
      checks: operation.checks?.(facts, ready) ?? [],
      input: ready,
      asks: asksOf(operation, facts, input),
      bound: plainJson(boundOf(operation, facts, ready)),
      impact,
      reason,
      requester: person.slackId,
      needed,
      deadline,
    },
    audit: [
      {
        teamId: team.id,
        actor: person.slackId,
        kind: operation.kind,
        outcome: 'Asked',
        subjectName: about.name,
        ...lastingSubject(operation.kind, about.id),
        detail: { act, reason, request: id, impact: impact.lines },
      },
    ],
  });
  if (!done) return 'stale';
  const who = needed === 1 ? 'one other person' : `${needed} other people`;
  return {
    type: 'asked',
    requestId: id,
    document: say([
      `Asked: ${act}. It runs when ${who} approved it, in `,
      { channel: team.channelId },
      ', until ',
      { time: deadline },
      '.',
    ]),
  };
}

/** The rows a decision reads along with the request: what the input named, and what it was about. */
function asksOf(operation: AnyOperation, facts: Facts, input: unknown): Record<string, unknown> {
  return {
    ...(facts.domains.length > 0 && { domainIds: facts.domains.map(({ id }) => id) }),
    ...(facts.connection && { connectionId: facts.connection.id }),
    ...operation.asks?.(input),
  };
}

function refused(refusal: Refusal): Outcome {
  return { type: 'refused', refusal };
}
