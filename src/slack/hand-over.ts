import type { FileToHand, Refusal } from '../operations/operation.ts';
import type { Handling } from './answer.ts';
import { FileProblem } from './files.ts';

/**
 * Hands the file of a refusal to the person, in their direct messages, and says in the refusal that it is there.
 * @param handling who gets it
 * @param refusal why something was not done
 * @returns the refusal with the words; as it was when it has no file
 */
export async function handOver(handling: Handling, refusal: Refusal): Promise<Refusal> {
  const { file } = refusal;
  if (!file) return refusal;
  const words = (await handed(handling, file))
    ? `${file.holds} is in your direct messages with Drawbridge, as a CSV file.`
    : `${file.holds} could not be sent to you. Please try again in a moment.`;
  return { ...refusal, parts: [...(refusal.parts ?? []), { type: 'note', words }] };
}

/** Without the file the refusal itself still has to reach the person. */
async function handed({ files, client, asker, log }: Handling, file: FileToHand): Promise<boolean> {
  try {
    await files.send(client, asker.slackId, file.name, file.title, Buffer.from(file.text));
    return true;
  } catch (err) {
    log.warn({ err }, err instanceof FileProblem ? 'Slack did not take a file' : 'A file could not be sent');
    return false;
  }
}
