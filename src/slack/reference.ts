import type { Facts } from '../service/facts/facts.ts';
import type { Reference } from '../service/service.ts';
import type { StepArgs } from '../words/document.ts';

/**
 * @param args the ids of a button or view
 * @returns what they name, for the service
 */
export function referenceOf(args: StepArgs): Reference {
  return {
    ...(args.team && { teamId: args.team }),
    ...(args.domain && { domainId: args.domain }),
    ...(args.connection && { connectionId: args.connection }),
    ...(args.request && { requestId: args.request }),
    ...(args.words && { words: args.words }),
  };
}

/**
 * What a form keeps of the facts it was opened with, so that its submit names the same rows.
 * @param args what the button or command named
 * @param facts what the service found for it
 * @returns ids only
 */
export function argsFound(args: StepArgs, facts: Facts): StepArgs {
  const { words: _, ...ids } = args;
  return {
    ...ids,
    ...(facts.team && { team: facts.team.id }),
    ...(facts.domain && { domain: facts.domain.id }),
    ...(facts.connection && { connection: facts.connection.id }),
  };
}
