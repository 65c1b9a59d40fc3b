import { nameMeant } from '../operations/common/name-meant.ts';
import { admit } from './admit.ts';
import type { Context } from './context.ts';
import { readFacts } from './facts/read.ts';
import { historyCsv } from './lists/index.ts';
import type { Asker, Exported, Reference } from './service.ts';
import { understand, type What } from './understand.ts';

const EXPORT: What = { kind: 'history', right: 'adminOrApprover', subject: 'team' };

/**
 * The audit trail of a team as a file, for its admins and approvers. The pieces are read as they are taken, so that
 * memory stays flat.
 * @param context what the service works with
 * @param asker who, from where
 * @param reference the team; its words narrow the trail to what bears that name
 */
export async function exportHistory(context: Context, asker: Asker, reference: Reference): Promise<Exported> {
  const question = understand(EXPORT, asker, reference);
  const read = await readFacts(context.db, question, context.clock.now(), context.installation);
  const admission = admit(EXPORT, read);
  if (admission.type !== 'admitted') return admission;
  const { team, now } = admission.facts;
  if (!team) throw new Error('nobody is admitted to no team');
  const name = nameMeant(admission.facts, reference.words);
  return {
    type: 'file',
    name: `history-${now.toISOString().slice(0, 10)}.csv`,
    title: name === null ? `History of ${team.name}` : `History of ${name}`,
    pieces: historyCsv(context.db, team.id, name),
  };
}
