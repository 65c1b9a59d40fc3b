import type { ModalView } from '@slack/types';
import type { RequestFact } from '../service/facts/facts.ts';
import { type Document, type StepArgs, say } from '../words/document.ts';
import { type Answer, type Handling, OUT_OF_DATE } from './answer.ts';
import { type Block, documentBlocks } from './blocks.ts';
import { plainText } from './inert.ts';
import { outcomeAnswer, unopened } from './open.ts';
import type { StateValues } from './values.ts';
import { modal } from './views.ts';

type Asked = 'approve' | 'reject';

/** Callback ids of the two modals. */
export const DECIDE = { approve: 'decide.approve', reject: 'decide.reject' } as const;

/** The most that a comment or reason takes. */
const WORDS = 500;

/**
 * A button of a request: two open a modal, two act at once.
 * @param verdict what the button says
 * @param args names the request
 */
export async function onDecide(handling: Handling, verdict: string, args: StepArgs): Promise<Answer> {
  const { service, asker } = handling;
  const { request } = args;
  if (!request) return OUT_OF_DATE;
  if (verdict === 'approve' || verdict === 'reject') {
    const opening = await service.openDecision(asker, request, verdict);
    const title = verdict === 'approve' ? 'Approve' : 'Reject';
    if (opening.type !== 'open') {
      return unopened(opening, { go: 'open', kind: `decide.${verdict}`, title, args });
    }
    if (!opening.facts.request) return OUT_OF_DATE;
    return {
      type: 'view',
      view: decisionView(verdict, opening.facts.request, args),
      reopen: { label: title, go: 'decide', kind: verdict, args: { request } },
    };
  }
  if (verdict !== 'withdraw' && verdict !== 'retry') return OUT_OF_DATE;
  const outcome = await service.decide(asker, request, verdict, null);
  return outcomeAnswer(outcome, { go: 'show', kind: 'requests', title: 'Request', args });
}

/**
 * The submit of one of the modals.
 * @param verdict which one
 * @param args names the request
 * @param values what was filled in
 */
export async function onDecided(
  handling: Handling,
  verdict: Asked,
  args: StepArgs,
  values: StateValues,
): Promise<Answer> {
  if (!args.request) return OUT_OF_DATE;
  const name = FIELDS[verdict].name;
  const comment = values[name]?.[name]?.value?.trim() || null;
  if (verdict === 'reject' && !comment) {
    return { type: 'errors', errors: { [name]: 'Say why, in a few words.' } };
  }
  const outcome = await handling.service.decide(handling.asker, args.request, verdict, comment);
  return outcomeAnswer(outcome, { go: 'show', kind: 'requests', title: 'Request', args });
}

const FIELDS = {
  approve: { name: 'comment', label: 'Comment', optional: true },
  reject: { name: 'reason', label: 'Reason', optional: false },
} as const;

/**
 * @param verdict what is about to be said
 * @param request about what
 * @param args names the request
 */
export function decisionView(verdict: Asked, request: RequestFact, args: StepArgs): ModalView {
  const word = verdict === 'approve' ? 'Approve' : 'Reject';
  return modal({
    callback: DECIDE[verdict],
    title: word,
    submit: word,
    blocks: [...documentBlocks(summary(request)), field(verdict)],
    args,
  });
}

function summary({ act, requester, reason, impact, checks }: RequestFact): Document {
  return {
    ...say([{ bold: act }]),
    parts: [
      { type: 'text', words: [{ bold: act }] },
      {
        type: 'fields',
        rows: [['Asked by', { person: requester }], ...(reason ? [['Why', reason] as [string, string]] : [])],
      },
      { type: 'list', items: [...impact.lines, ...checks].map((words) => ({ words })) },
    ],
  };
}

function field(verdict: Asked): Block {
  const { name, label, optional } = FIELDS[verdict];
  return {
    type: 'input',
    block_id: name,
    optional,
    label: plainText(label, 100),
    element: { type: 'plain_text_input', action_id: name, multiline: true, max_length: WORDS },
  };
}
