import { verifyDomain } from '../operations/verify-domain.ts';
import { carryOutByItself } from './by-itself.ts';
import { readCard } from './card.ts';
import { channelLost } from './channel-lost.ts';
import type { Context } from './context.ts';
import { decide } from './decide.ts';
import { exportHistory } from './export-history.ts';
import { createLists } from './lists/index.ts';
import { open, show } from './open.ts';
import { openDecision, search } from './open-decision.ts';
import { peopleStore } from './people.ts';
import type { Service } from './service.ts';
import { submit } from './submit.ts';
import { tellPerson } from './tell-person.ts';

/**
 * The domain service over one database.
 * @param context what it works with; see `Context`
 */
export function createService(context: Context): Service {
  const withLists = { ...context, lists: createLists(context.db) };
  return {
    open: (operation, asker, reference) => open(context, operation, asker, reference),
    async submit(operation, asker, reference, input) {
      const outcome = await submit(context, operation, asker, reference, input);
      context.counted?.(operation.kind, outcome.type);
      return outcome;
    },
    async lookForProof({ workspaceId, ...reference }) {
      const outcome = await carryOutByItself(context, verifyDomain, workspaceId, reference);
      context.counted?.(verifyDomain.kind, outcome.type);
      return outcome;
    },
    decide: (asker, requestId, verdict, comment) => decide(context, asker, requestId, verdict, comment),
    openDecision: (asker, requestId) => openDecision(context, asker, requestId),
    show: (reading, asker, reference, args) => show(withLists, reading, asker, reference, args),
    exportHistory: (asker, reference) => exportHistory(context, asker, reference),
    search: (asker, teamId, among, words) => search(context, asker, teamId, among, words),
    card: (key) => readCard(context.db, key),
    tell: (person, document) => tellPerson(context.db, context.clock, person, document),
    channelLost: (workspaceId, channelId) => channelLost(context.db, context.clock, workspaceId, channelId),
    people: peopleStore(context.db, context.clock),
  };
}
