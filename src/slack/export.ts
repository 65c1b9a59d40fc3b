import { parseDomainName } from '../identity/domain-name.ts';
import { plainWords } from '../identity/words.ts';
import type { Reading } from '../operations/operation.ts';
import { type StepArgs, say } from '../words/document.ts';
import type { Answer, Handling } from './answer.ts';
import { showReading } from './open.ts';

/** A file in Slack is smaller than this by far; a longer trail is exported by name. */
const MOST_BYTES = 100 * 1024 * 1024;

/**
 * `/sso history [name] export`: the audit trail as a CSV file in the person's direct messages, never in a channel.
 * @param args the name, when one was given
 */
export async function exportHistory(handling: Handling, args: StepArgs): Promise<Answer> {
  const history = handling.operations.find((l): l is Reading => l.type === 'reading' && l.kind === 'history');
  if (!history) throw new Error('there is no history among the operations');
  // The same right and the same team as for reading it; only what is done with the entries differs.
  const exporting: Reading = {
    ...history,
    title: 'History',
    async show(facts, more) {
      if (!facts.team) return say('There is no team yet, so there is nothing to export.');
      const name = nameOf(args.words);
      const bytes = await collected(more.historyCsv(facts.team.id, name));
      if (!bytes) return say('The history is too long for one file. Export it for one name at a time.');
      const day = facts.now.toISOString().slice(0, 10);
      const { client, asker, files } = handling;
      await files.send(client, asker.slackId, `history-${day}.csv`, bytes);
      return say('The history is in your direct messages with Drawbridge, as a CSV file.');
    },
  };
  return showReading(handling, exporting, args);
}

/** A domain in the form in which it is kept, or any other name as typed. */
function nameOf(words: string | undefined): string | null {
  const typed = plainWords(words ?? '').trim();
  if (typed === '') return null;
  const domain = parseDomainName(typed);
  return domain.ok ? domain.name : typed;
}

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
