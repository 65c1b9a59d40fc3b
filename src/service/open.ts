import { plainWords } from '../identity/words.ts';
import type { Operation, Reading } from '../operations/operation.ts';
import { admit } from './admit.ts';
import { tooFewApprovers } from './approval.ts';
import type { AnyOperation, Context } from './context.ts';
import type { Facts } from './facts/facts.ts';
import { readFacts } from './facts/read.ts';
import { alreadyAsked, unmet } from './requirements.ts';
import type { Asker, Opening, Reference, Shown } from './service.ts';
import { needsSubject, unknownName } from './subject.ts';
import { understand } from './understand.ts';

/**
 * The facts a modal is made from: one read. What would be refused anyway is refused before anybody types.
 * @param context what the service works with
 * @param operation whose modal
 * @param asker who, from where
 * @param reference what it is about
 */
export async function open(
  context: Context,
  operation: AnyOperation,
  asker: Asker,
  reference: Reference,
): Promise<Opening> {
  const entry = await enter(context, operation, asker, reference);
  if (entry.type !== 'open') return entry;
  const { facts } = entry;
  const refusal = unmet(operation.before ?? [], facts, undefined) ?? sureToBeRefused(operation, facts);
  return refusal ? { type: 'refused', refusal } : entry;
}

/** A second request for the same thing, or one that nobody could approve. */
function sureToBeRefused(operation: AnyOperation, facts: Facts) {
  const subjectId = facts.domain?.id ?? facts.connection?.id ?? facts.team?.id;
  const twice = subjectId ? alreadyAsked(facts, operation.kind, subjectId) : null;
  if (twice || typeof operation.approval !== 'number' || !facts.team) return twice;
  const needed = facts.team.approvals[operation.kind] ?? facts.team.approvalsNeeded;
  return tooFewApprovers(facts.team, facts.person.slackId, needed);
}

/**
 * Shows a reading.
 * @param args what a button or the command's words add: a keyset position, a file format
 */
export async function show(
  context: Context & { lists: Parameters<Reading['show']>[1] },
  reading: Reading,
  asker: Asker,
  reference: Reference,
  args: Record<string, string | undefined>,
): Promise<Shown> {
  const entry = await enter(context, reading, asker, reference);
  if (entry.type !== 'open') return entry;
  const refusal = unmet(reading.requires ?? [], entry.facts, undefined);
  if (refusal) return { type: 'refused', refusal };
  const document = await reading.show(entry.facts, context.lists, args);
  return { type: 'shown', document, facts: entry.facts };
}

async function enter(
  context: Context,
  what: Operation | Reading,
  asker: Asker,
  reference: Reference,
): Promise<Opening> {
  const question = understand(what, asker, reference);
  const read = await readFacts(context.db, question, context.clock.now(), context.installation);
  const admission = admit(what, read);
  if (admission.type !== 'admitted') return admission;
  const { facts } = admission;
  const missing = (await unknownName(context, what, facts, reference)) ?? needsSubject(what, facts);
  return missing ?? { type: 'open', facts: { ...facts, unknown: typed(what, reference) } };
}

/** What was typed after a command whose words name nothing that is there yet: a new domain, a new connection. */
function typed({ subject }: Operation | Reading, { words }: Reference): Facts['unknown'] {
  const text = subject === 'text' ? plainWords(words ?? '') : '';
  return text === '' ? null : { words: text, near: [] };
}
