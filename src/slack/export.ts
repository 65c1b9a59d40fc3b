import { type StepArgs, say } from '../words/document.ts';
import type { Answer, Handling } from './answer.ts';
import { unopened } from './open.ts';
import { referenceOf } from './reference.ts';

/** One file holds the trail of years; beyond it it is exported by name. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * `/sso history [name] export`: the audit trail as a CSV file in the person's direct messages, never in a channel.
 * @param args the name and the team, as far as they were given
 */
export async function exportHistory(handling: Handling, args: StepArgs): Promise<Answer> {
  const { service, asker, client, files } = handling;
  const title = 'History';
  const exported = await service.exportHistory(asker, referenceOf(args));
  if (exported.type !== 'file') {
    return unopened(exported, { go: 'do', kind: EXPORT, title, args });
  }
  const bytes = await collected(exported.pieces);
  if (!bytes) {
    const words = 'The history is too long for one file. Export it for one name at a time.';
    return { type: 'say', title, document: say(words) };
  }
  await files.send(client, asker.slackId, exported.name, exported.title, bytes);
  const sent = 'The history is in your direct messages with Drawbridge, as a CSV file.';
  return { type: 'say', title, document: say(sent) };
}

/** What leads back here when the team had to be chosen first. */
export const EXPORT = 'history.export';

async function collected(pieces: AsyncIterable<string>): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const piece of pieces) {
    const chunk = Buffer.from(piece);
    length += chunk.length;
    if (length > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
