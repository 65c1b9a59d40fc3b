import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Refusal } from '../operations/operation.ts';
import type { Asker, Service } from '../service/service.ts';
import { type Document, plain, type Step, type StepArgs, say } from '../words/document.ts';
import type { Files } from './files.ts';
import type { Listed } from './grammar.ts';
import type { SlackLog } from './logger.ts';
import type { People } from './people.ts';
import type { Workspaces } from './workspaces.ts';

/** What a person gets back; `deliver.ts` knows how it is shown where they are. */
export type Answer =
  /** Something to read. `turns`: it takes the place of the page that the button stood on, where it may. */
  | { type: 'say'; title: string; document: Document; args?: StepArgs; turns?: boolean }
  /** A modal; `reopen` is the button that opens it when Slack would not. */
  | { type: 'view'; view: ModalView; reopen: Step }
  /** Words under the fields of the submitted modal; `form` makes it anew when it is no longer on screen. */
  | { type: 'errors'; errors: Record<string, string>; form?: () => Promise<ModalView | null> }
  /** Something is broken; a submitted form stays, with the words under its first field. */
  | { type: 'problem'; document: Document }
  | { type: 'options'; options: { value: string; label: string }[] }
  /** What Home shows; `args` are what it goes on showing when it is next opened. */
  | { type: 'home'; document: Document; args?: StepArgs }
  | { type: 'nothing' };

/** Told of every payload that was acknowledged and answered, by its kind. */
export interface Measure {
  acknowledged(payload: string, ms: number): void;
  answered(payload: string, result: 'answered' | 'problem' | 'undelivered' | 'busy', ms: number): void;
}

/** What handlers work with. */
export interface Tools {
  service: Service;
  operations: readonly Listed[];
  people: People;
  workspaces: Workspaces;
  files: Files;
  log: SlackLog;
  measure?: Measure;
}

/** One payload on its way: the tools, who asks, and the client of their workspace. */
export interface Handling extends Tools {
  asker: Asker;
  client: WebClient;
  /**
   * Answers at once with a view that says what is being done; the final answer takes its place. For submits only:
   * work that takes longer than Slack waits.
   */
  working(words: string): Promise<void>;
}

/**
 * @param refusal why something cannot be done
 * @returns it as a document: the sentence, what belongs to it, the step that clears it
 */
export function refused(refusal: Refusal): Document {
  return {
    text: plain(refusal.text),
    parts: [
      { type: 'text', words: refusal.text },
      ...(refusal.parts ?? []),
      ...(refusal.steps?.length ? [{ type: 'steps' as const, steps: refusal.steps }] : []),
    ],
  };
}

/** Where a form or result was opened from; see `home.ts`. */
export const FROM_HOME = 'home';

/** What a button of an older release answers. */
export const OUT_OF_DATE: Answer = {
  type: 'say',
  title: 'Out of date',
  document: say(
    [
      'This message is out of date. ',
      { code: '/sso requests' },
      ' shows what waits, ',
      { code: '/sso' },
      ' where things stand.',
    ],
    [{ label: 'Show requests', go: 'show', kind: 'requests', args: {} }],
  ),
};

/** @returns words that tell why nothing was done; a submitted form stays as it is */
export function notice(words: string): Answer {
  return { type: 'problem', document: say(words) };
}
