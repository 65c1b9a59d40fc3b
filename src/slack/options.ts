import { findKind } from '../operations/common/find.ts';
import type { SearchAmong } from '../operations/operation.ts';
import type { Answer, Handling } from './answer.ts';
import { CHOOSE_SUBJECT } from './form.ts';
import type { Intent } from './intent.ts';

/** What the question before a form looks among. */
const SUBJECTS: Record<string, SearchAmong> = { domain: 'domains', connection: 'connections' };

/**
 * Options of a search field while a person types.
 * @param intent which field of which modal, and what was typed
 * @param handling what to work with
 */
export async function onSuggest(
  intent: Extract<Intent, { type: 'suggest' }>,
  handling: Handling,
): Promise<Answer> {
  const team = intent.args?.team;
  const among = lookedAmong(intent.callback, intent.field, handling);
  if (!team || !among) return { type: 'options', options: [] };
  const options = await handling.service.search(handling.asker, team, among, intent.words);
  return { type: 'options', options: options.slice(0, 100) };
}

function lookedAmong(callback: string, name: string, { operations }: Handling): SearchAmong | undefined {
  if (callback === CHOOSE_SUBJECT) return Object.hasOwn(SUBJECTS, name) ? SUBJECTS[name] : undefined;
  const listed = findKind(operations, callback);
  const field = listed?.type === 'operation' ? listed.fields.find((f) => f.name === name) : undefined;
  return field?.type === 'search' ? field.among : undefined;
}
