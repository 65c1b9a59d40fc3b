import type { Part, Step, StepArgs } from '../../words/document.ts';
import { step } from './steps.ts';

/**
 * The buttons below a page of a list: on, and back to the beginning.
 * @param kind the reading that shows the list
 * @param args what the list is of
 * @param page where this page began and where the next one does
 * @param labels what the buttons say
 * @returns the row of buttons, or nothing for a list of one page
 */
export function pageParts(
  kind: string,
  args: StepArgs,
  page: { after?: string; next?: string },
  labels: { on: string; back?: string },
): Part[] {
  const steps: Step[] = [];
  if (page.after) steps.push(step.show(kind, args, { label: labels.back ?? 'First page' }));
  if (page.next) steps.push(step.show(kind, { ...args, after: page.next }, { label: labels.on }));
  return steps.length > 0 ? [{ type: 'steps', steps }] : [];
}
