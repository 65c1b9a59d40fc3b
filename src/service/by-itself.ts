import { attempt } from './attempt.ts';
import type { AnyOperation, Context } from './context.ts';
import { readFacts } from './facts/read.ts';
import type { Outcome, Reference } from './service.ts';
import { needsSubject } from './subject.ts';
import { carryOut } from './submit.ts';
import { SYSTEM } from './system.ts';
import { understand } from './understand.ts';

/**
 * Carries out what is due without anybody asking. Nobody's rights are looked at; all else is as for a person: what
 * must hold, the guarded write, the audit trail, in which the service stands by its own name.
 * @param context what the service works with
 * @param operation one that takes no input
 * @param workspaceId whose
 * @param reference what it is about, by ids, with the team
 */
export function carryOutByItself(
  context: Context,
  operation: AnyOperation,
  workspaceId: string,
  reference: Pick<Reference, 'domainId'> & { teamId: string },
): Promise<Outcome> {
  const question = understand(operation, { workspaceId, slackId: SYSTEM.slackId }, reference);
  return attempt(async () => {
    const read = await readFacts(context.db, question, context.clock.now(), context.installation);
    const facts = { ...read, person: SYSTEM };
    if (!facts.team || needsSubject(operation, facts))
      return { type: 'refused', refusal: { code: 'gone', text: 'It is not there any more.' } };
    return carryOut(context, operation, facts, {});
  });
}
