import { FILE_BYTES, fileError } from '../block-kit/checks.ts';
import type { Context } from '../context.ts';
import { inputBlocks } from '../modals.ts';
import type { FileRecord } from '../types.ts';
import { actor, NotPossible, placeOf } from './who.ts';

/**
 * Uploads a file as a person: for a modal's file input (then its kinds of files are checked) or a message.
 * @returns the file, whose id goes into the modal's values or the message
 * @throws NotPossible when the input does not take it
 */
export async function uploadFile(
  ctx: Context,
  personId: string,
  file: { name: string; bytes: Buffer },
  input?: { view_id: string; block_id?: string },
): Promise<FileRecord> {
  const person = actor(ctx, personId);
  if (file.name === '' || file.bytes.length === 0) {
    throw new NotPossible('empty_file', 'The file has no name or nothing in it.', 400);
  }
  if (file.bytes.length > FILE_BYTES)
    throw new NotPossible('file_too_large', 'The file is larger than 10 MB.', 400);
  if (input) {
    const place = placeOf(ctx, person, { type: 'view', view_id: input.view_id });
    const fields = place.kind === 'view' ? [...inputBlocks(place.open.view).values()] : [];
    const field = fields.find(
      (p) => p.element.type === 'file_input' && (!input.block_id || p.block_id === input.block_id),
    );
    if (!field) throw new NotPossible('input_not_found', 'This dialog takes no file there.', 404);
    const wrong = fileError(file.name, file.bytes.length, field.element);
    if (wrong) throw new NotPossible('file_not_taken', wrong, 400);
  }
  ctx.typed.read(file.bytes.toString('utf8'));
  return ctx.files.add({ name: file.name, user: person.id }, file.bytes);
}
