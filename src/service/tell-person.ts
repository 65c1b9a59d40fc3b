import type { Database } from '../../db/client.ts';
import type { Clock } from '../clock.ts';
import type { Document } from '../words/document.ts';
import { OUTBOX_CHANNEL } from './effects/commit.ts';
import { appendOutbox, outboxRow } from './outbox.ts';
import type { Asker } from './service.ts';

/**
 * Tells somebody by direct message what came of what they did, when they can no longer be answered where they did it.
 * @param db where the outbox is
 * @param clock when it is told
 * @param person whom
 * @param document what; kept for days, so never a secret
 */
export async function tellPerson(
  db: Database,
  clock: Clock,
  { workspaceId, slackId }: Pick<Asker, 'workspaceId' | 'slackId'>,
  document: Document,
): Promise<void> {
  const row = outboxRow({ type: 'tell.person', teamId: null, slackId, document }, workspaceId);
  await db.query(appendOutbox([row], clock.now()));
  db.notify(OUTBOX_CHANNEL);
}
