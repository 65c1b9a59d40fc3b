import type { Document, Step } from '../../words/document.ts';

/** A step of several: whether it is done, and the button that does it. */
export interface Stage {
  done: boolean;
  words: string;
  /** Left out where somebody else has to act. */
  next?: Step;
}

/**
 * Shows what is to be done in order, ticked as far as done, with a button for the next one.
 * @param title what it all leads to
 * @param stages in order
 * @param refresh looks again
 */
export function stepByStep(title: string, stages: Stage[], refresh: Step): Document {
  const next = stages.find(({ done }) => !done);
  const left = stages.filter(({ done }) => !done).length;
  const text = next
    ? `${title}: ${stages.length - left} of ${stages.length} steps are done. Next: ${next.words}.`
    : `${title}: all steps are done.`;
  const button = next?.next && { ...next.next, style: next.next.style ?? ('primary' as const) };
  return {
    text,
    parts: [
      { type: 'heading', text: title },
      { type: 'ticks', items: stages.map(({ done, words }) => ({ done, words })) },
      { type: 'text', words: text },
      ...(next ? [{ type: 'steps' as const, steps: [...(button ? [button] : []), refresh] }] : []),
    ],
  };
}
