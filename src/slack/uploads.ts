import { holdsPrivateKey } from '../identity/certificates.ts';
import type { Operation, UploadedFile } from '../operations/operation.ts';
import type { Document, Words } from '../words/document.ts';
import type { Answer, Handling } from './answer.ts';
import { FileProblem } from './files.ts';
import type { SubmittedView } from './intent.ts';
import { chosenFiles, type SlackFile } from './values.ts';

/** What came of fetching the files of a form. */
export type Uploads =
  | { type: 'errors'; errors: Record<string, string> }
  /** `secret`: of each file that holds a private key, and still lies in Slack, what to do about it. */
  | { type: 'read'; files: Record<string, UploadedFile[]>; secret: Words[] };

/**
 * Fetches the files of a submitted form. It takes longer than Slack waits, so the person reads first that it is done.
 * @param handling what to work with
 * @param operation whose form it is
 * @param view what was submitted
 */
export async function readUploads(
  handling: Handling,
  operation: Operation,
  view: SubmittedView,
): Promise<Uploads> {
  const fields = operation.fields.filter((field) => field.type === 'files');
  const files: Record<string, UploadedFile[]> = {};
  const secret: Words[] = [];
  if (fields.some((field) => chosenFiles(field, view.values).length > 0)) {
    await handling.working('Reading the file…');
  }
  for (const field of fields) {
    files[field.name] = [];
    for (const file of chosenFiles(field, view.values)) {
      try {
        const read = await handling.files.read(handling.client, file);
        files[field.name]?.push(read);
        if (holdsPrivateKey(read.bytes)) secret.push(await stillThere(handling, file));
      } catch (error) {
        if (error instanceof FileProblem) return { type: 'errors', errors: { [field.name]: error.message } };
        throw error;
      }
    }
  }
  return { type: 'read', files, secret };
}

async function stillThere({ files, client, log }: Handling, file: SlackFile): Promise<Words> {
  const name = file.name ?? 'The file';
  let link = file.permalink ?? null;
  try {
    link ??= await files.permalink(client, file);
  } catch (err) {
    // The warning matters more than its link.
    log.warn({ err }, 'Where an uploaded file lies could not be looked up');
  }
  return [
    'A private key was uploaded. The file still lies in Slack, where we cannot delete it: ',
    link ? { link, text: name } : name,
    '. Delete it there, and treat the key as known to others.',
  ];
}

/**
 * @param answer what is said to a submit
 * @param secret what to do about private keys that were uploaded
 * @returns the same, with the warnings before everything else
 */
export function withWarnings(answer: Answer, secret: Words[]): Answer {
  if (secret.length === 0 || answer.type !== 'say') return answer;
  const warnings = secret.map((words) => ({ type: 'text' as const, words }));
  const document: Document = { ...answer.document, parts: [...warnings, ...answer.document.parts] };
  return { ...answer, document };
}
