import { DatabaseUnavailable, OutcomeUnknown } from '../../db/errors.ts';
import { newReference } from '../service/ids.ts';
import { type Answer, notice } from './answer.ts';
import { deliver, type Ways } from './deliver.ts';
import type { PersonalIntent } from './intent.ts';
import type { SlackLog } from './logger.ts';

/**
 * Whatever breaks, the person reads something calm with a reference, and the log has the same reference.
 * With `ways` the answer was being shown: then the words are shown in its place as far as that is possible.
 */
export async function guarded(
  work: () => Promise<Answer>,
  intent: PersonalIntent,
  log: SlackLog,
  ways?: Ways,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const ref = newReference();
    log.error({ ref, err: error, intent: intent.type, what: what(intent) }, 'An answer failed');
    const shown = notice(wordsFor(error, ref));
    if (ways) {
      await deliver(intent, shown, ways).catch((again: unknown) =>
        log.error({ ref, err: again }, 'Nor could the person be told'),
      );
    }
    return shown;
  }
}

/** Read-only, and a full disk (PostgreSQL's appendix A). It answers, so people can look. */
const TAKES_NO_CHANGES = new Set(['25006', '53100']);

function wordsFor(error: unknown, ref: string): string {
  if (error instanceof OutcomeUnknown) {
    return `The database does not answer any more, and this may or may not have been saved. Look at /sso status and /sso requests before you try again. Reference: ${ref}`;
  }
  if (error instanceof DatabaseUnavailable && TAKES_NO_CHANGES.has(error.code)) {
    return `Nothing can be saved right now, so nothing was changed. Please try again in a few minutes. Reference: ${ref}`;
  }
  if (error instanceof DatabaseUnavailable) {
    return `The database does not answer right now. Please try again in a minute. Reference: ${ref}`;
  }
  return `Something went wrong on our side. Please try again; if it stays, tell us this reference: ${ref}`;
}

/** @returns what the log says of an intent: ids and kinds, never what a person wrote. */
export function what(intent: PersonalIntent): string {
  if (intent.type === 'press') return intent.button ? `${intent.button.go}:${intent.button.kind}` : 'unknown';
  if (intent.type === 'submit' || intent.type === 'choose') return intent.view.callback;
  if (intent.type === 'suggest') return `${intent.callback}/${intent.field}`;
  return intent.type;
}
